internal import NIOCore

/// The deadline of what a connection waits for.
///
/// A step of an exchange sets it anew several times per request, so setting it only writes a number down. One scheduled
/// task looks at that number, never later than the shortest timeout after the last look: so it can't miss a deadline,
/// since none is nearer than that when it is set.
struct ExchangeDeadline {
    private let limits: ReceiverLimits
    private let box = Box()

    /// What the scheduled task shares with the connection, on one event loop.
    private final class Box {
        var wait = ExchangeMachine.Wait.nothing
        var deadline: NIODeadline?
        var alarm: Scheduled<Void>?
    }

    init(_ limits: ReceiverLimits) {
        self.limits = limits
    }

    /// Begins the time for `wait` if it is another one than before. `expired` is called once, at the deadline.
    func update(to wait: ExchangeMachine.Wait, on eventLoop: any EventLoop, expired: @escaping () -> Void) {
        guard wait != box.wait else { return }
        box.wait = wait
        guard let timeout = timeout(of: wait) else {
            box.deadline = nil
            box.alarm?.cancel()
            box.alarm = nil
            return
        }
        box.deadline = eventLoop.now + timeout
        if box.alarm == nil { Self.schedule(box, tick, eventLoop, expired) }
    }

    private static func schedule(
        _ box: Box, _ tick: TimeAmount, _ eventLoop: any EventLoop, _ expired: @escaping () -> Void
    ) {
        guard let deadline = box.deadline else { return }
        let next = min(deadline, eventLoop.now + tick)
        box.alarm = eventLoop.assumeIsolated().scheduleTask(deadline: next) {
            box.alarm = nil
            guard let deadline = box.deadline else { return }
            if deadline <= eventLoop.now {
                box.deadline = nil
                expired()
            } else {
                schedule(box, tick, eventLoop, expired)
            }
        }
    }

    private func timeout(of wait: ExchangeMachine.Wait) -> TimeAmount? {
        switch wait {
        case .firstHead: .milliseconds(limits.headTimeoutMilliseconds)
        case .nextHead: .milliseconds(limits.idleTimeoutMilliseconds)
        case .body: .milliseconds(limits.bodyTimeoutMilliseconds)
        case .answer: .milliseconds(limits.answerTimeoutMilliseconds)
        case .linger: .milliseconds(limits.lingerTimeoutMilliseconds)
        case .nothing: nil
        }
    }

    private var tick: TimeAmount {
        .milliseconds(
            min(
                limits.headTimeoutMilliseconds, limits.idleTimeoutMilliseconds, limits.bodyTimeoutMilliseconds,
                limits.answerTimeoutMilliseconds, limits.lingerTimeoutMilliseconds))
    }
}
