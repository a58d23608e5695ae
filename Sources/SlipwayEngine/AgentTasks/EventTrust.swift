internal import SlipwayCore
internal import Synchronization

/// Whether events tell what becomes of agent tasks, so that the cluster need be asked but seldom.
///
/// A queue that can be read proves nothing: its rule may be missing, or name another cluster. So it is trusted once it
/// has told something of a launch of ours, and no longer when the cluster tells of a stop that no event tells within
/// `graceMilliseconds`: a look at the cluster may be quicker than an event that is under way.
final class EventTrust: Sendable {
    fileprivate struct State {
        var isReadable = false
        var hasTold = false
        /// Stops that the cluster told of and no event yet, with when.
        var seen: [AgentTaskID: Timestamp] = [:]
        /// Stops that an event told of lately: its news may reach us before the answer to a look that is under way.
        var told: [AgentTaskID: Timestamp] = [:]
        var isTrusted: Bool { isReadable && hasTold }
    }

    private let state = Mutex(State())
    private let onChange: @Sendable (_ isTrusted: Bool) -> Void

    static let graceMilliseconds: Int64 = 30_000
    /// A look at the cluster, with its repetitions, takes no longer; until then its answer may tell of an old stop.
    fileprivate static let longestLookMilliseconds: Int64 = 120_000
    private static let maximumCount = 10_000

    /// - Parameter onChange: called with each new verdict, from whoever brought it about.
    init(onChange: @escaping @Sendable (Bool) -> Void) { self.onChange = onChange }

    var isTrusted: Bool { state.withLock(\.isTrusted) }

    /// The queue was read; `hasTold`: it told something new of a launch of ours.
    func read(hasTold: Bool, at now: Timestamp) {
        change { state in
            state.isReadable = true
            if hasTold { state.hasTold = true }
            state.settle(now, Self.graceMilliseconds)
        }
    }

    func readingFailed() { change { $0.isReadable = false } }

    /// An event told of a stop.
    func told(stopOf agentTask: AgentTaskID, at now: Timestamp) {
        change { state in
            state.seen[agentTask] = nil
            // Without room it is taken for untold, and the cluster is asked more often than it need be.
            if state.told.count < Self.maximumCount { state.told[agentTask] = now }
        }
    }

    /// The cluster told of a stop that was not known.
    func saw(stopOf agentTask: AgentTaskID, at now: Timestamp) {
        change { state in
            guard state.hasTold, state.told[agentTask] == nil else { return }
            if state.seen.count < Self.maximumCount {
                if state.seen[agentTask] == nil { state.seen[agentTask] = now }
            } else {
                state.lose()
            }
        }
    }

    /// Time has passed.
    func settle(at now: Timestamp) {
        change { $0.settle(now, Self.graceMilliseconds) }
    }

    private func change(_ body: (inout State) -> Void) {
        let verdict = state.withLock { state -> Bool? in
            let old = state.isTrusted
            body(&state)
            return state.isTrusted == old ? nil : state.isTrusted
        }
        if let verdict { onChange(verdict) }
    }
}

extension EventTrust.State {
    fileprivate mutating func settle(_ now: Timestamp, _ grace: Int64) {
        if seen.values.contains(where: { now.millisecondsSince($0) >= grace }) { lose() }
        told = told.filter { now.millisecondsSince($0.value) < EventTrust.longestLookMilliseconds }
    }

    fileprivate mutating func lose() {
        hasTold = false
        seen = [:]
    }
}
