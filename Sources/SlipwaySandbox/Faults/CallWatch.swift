import Synchronization

/// A call of a simulator from outside of the sandbox: none by its own containers, and no hook.
public struct OutsideCall: Sendable {
    public enum Moment: String, Sendable, CaseIterable {
        /// Received whole; nothing has been done.
        case arrived
        /// Done; nothing has been answered.
        case tookEffect
    }

    /// Counted from 1, over both simulators, in the order of arrival.
    public let number: Int
    public let operation: SandboxOperation
    public let moment: Moment
}

/// Counts the calls from outside, and lets a test stand between each of them and its effect, and between its effect and
/// its answer.
public final class CallWatch: Sendable {
    /// Is awaited at each moment of each call. False cuts the connection: the call then has no effect, or no answer.
    public typealias Watcher = @Sendable (OutsideCall) async -> Bool

    private let state = Mutex<(count: Int, watcher: Watcher?)>((0, nil))

    /// Calls so far.
    public var total: Int { state.withLock { $0.count } }

    /// From now on this one watches, and no other.
    public func watch(_ watcher: @escaping Watcher) {
        state.withLock { $0.watcher = watcher }
    }

    func count() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    func goesOn(_ call: OutsideCall) async -> Bool {
        guard let watcher = state.withLock({ $0.watcher }) else { return true }
        return await watcher(call)
    }
}
