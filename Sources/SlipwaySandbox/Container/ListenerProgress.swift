import Synchronization

/// How far a listener has come: what it has to bring to an end when it is told to.
final class ListenerProgress: Sendable {
    struct State: Sendable {
        var listener: AgentListener?
        var session: String?
        /// From its message to the report of its end.
        var job: AgentListener.Job?
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }
}
