internal import NIOCore

/// The deadline of what a connection waits for.
///
/// Bound to its event loop. A step of an exchange sets it anew several times per request, so setting it only writes a number down. One scheduled
/// task looks at that number, never later than the shortest timeout after the last look: so it can't miss a deadline,
/// since none is nearer than that when it is set.
final class ExchangeDeadline {
    private let limits: ReceiverLimits
    private let eventLoop: any EventLoop
    private var wait = ExchangeMachine.Wait.nothing
    private var deadline: NIODeadline?
    /// Of the request at hand, where its endpoint takes longer than others. Not below the limit for all. Milliseconds.
    var answerTimeoutMilliseconds: Int64?
    private var alarm: Scheduled<Void>?
    /// Called on the event loop, once for each deadline that passes.
    var onExpiry: (() -> Void)?

    init(_ limits: ReceiverLimits, eventLoop: any EventLoop) {
        self.limits = limits
        self.eventLoop = eventLoop
    }

    /// Begins the time for `wait` if it is another one than before. On the event loop.
    func update(to wait: ExchangeMachine.Wait) {
        guard wait != self.wait else { return }
        self.wait = wait
        guard let timeout = timeout(of: wait) else { return cancel() }
        deadline = eventLoop.now + timeout
        if alarm == nil { setAlarm() }
    }

    private func cancel() {
        deadline = nil
        alarm?.cancel()
        alarm = nil
    }

    private func setAlarm() {
        guard let deadline else { return }
        let next = min(deadline, eventLoop.now + tick)
        alarm = eventLoop.assumeIsolated().scheduleTask(deadline: next) { [weak self] in self?.look() }
    }

    private func look() {
        alarm = nil
        guard let deadline, deadline <= eventLoop.now else { return setAlarm() }
        self.deadline = nil
        onExpiry?()
    }

    private func timeout(of wait: ExchangeMachine.Wait) -> TimeAmount? {
        switch wait {
        case .head: .milliseconds(limits.headTimeoutMilliseconds)
        case .nextHead: .milliseconds(limits.idleTimeoutMilliseconds)
        case .body: .milliseconds(limits.bodyTimeoutMilliseconds)
        case .answer: .milliseconds(max(answerTimeoutMilliseconds ?? 0, limits.answerTimeoutMilliseconds))
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
