internal import Synchronization

/// Whether events tell what becomes of agent tasks, so that the cluster need be asked but seldom.
///
/// A queue that can be read proves nothing: its rule may be missing, or name another cluster. So it is trusted once it
/// has told something of a launch of ours, and no longer when the cluster tells of a stop that no event told.
final class EventTrust: Sendable {
    private struct State {
        var isReadable = false
        var hasTold = false
        var isTrusted: Bool { isReadable && hasTold }
    }

    private let state = Mutex(State())
    private let onChange: @Sendable (_ isTrusted: Bool) -> Void

    /// - Parameter onChange: called with each new verdict, from whoever brought it about.
    init(onChange: @escaping @Sendable (Bool) -> Void) { self.onChange = onChange }

    var isTrusted: Bool { state.withLock(\.isTrusted) }

    /// The queue was read; `hasTold`: it told something new of a launch of ours.
    func read(hasTold: Bool) {
        change { state in
            state.isReadable = true
            if hasTold { state.hasTold = true }
        }
    }

    func readingFailed() { change { $0.isReadable = false } }

    /// The cluster told of a stop that no event had told.
    func missedStop() { change { $0.hasTold = false } }

    private func change(_ body: (inout State) -> Void) {
        let verdict = state.withLock { state -> Bool? in
            let old = state.isTrusted
            body(&state)
            return state.isTrusted == old ? nil : state.isTrusted
        }
        if let verdict { onChange(verdict) }
    }
}
