import AsyncHTTPClient
public import Foundation
import NIOCore

/// The clock on the wall. Simulated durations pass `speed` times faster than it.
public struct RealClock: SandboxClock {
    public let speed: Double
    public let activities = ActivityGauge()
    private let eventLoop: any EventLoop

    /// - Parameter speed: simulated seconds per second; must be greater than zero.
    public init(speed: Double = 1) {
        precondition(speed > 0, "the speed of a clock is greater than zero")
        self.speed = speed
        self.eventLoop = HTTPClient.defaultEventLoopGroup.next()
    }

    public var now: Date { Date() }

    public func schedule(at date: Date, _ action: @escaping @Sendable () -> Void) -> SandboxTimer {
        let nanoseconds = max(0, date.timeIntervalSinceNow * 1e9)
        let scheduled = eventLoop.scheduleTask(in: .nanoseconds(Int64(min(nanoseconds, 1e18)))) { action() }
        return SandboxTimer { scheduled.cancel() }
    }
}
