internal import NIOConcurrencyHelpers

/// How far the listener's end has come. Only moves forward. Callable from any thread.
final class DrainState: Sendable {
    enum Phase: Int, Comparable, Sendable {
        case serving
        /// `/healthz` says no, so that a load balancer looks elsewhere; hooks are still taken.
        case unready
        /// Hooks are answered with 503.
        case refusing

        static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    private let box = NIOLockedValueBox(Phase.serving)

    var phase: Phase { box.withLockedValue { $0 } }

    func advance(to phase: Phase) {
        box.withLockedValue { $0 = max($0, phase) }
    }
}
