internal import SlipwayCore
internal import Synchronization

/// The runs that the latest reading of a pool showed jobs of. That a job has ended is news for a pool only if it knew of its
/// run: most jobs of an organization are other pools'.
final class RunsInSight: Sendable {
    private struct State {
        /// nil: the pool has not been read.
        var runs: Set<Int>?
        /// What is being read may show more.
        var isReading = false
    }

    private let state = Mutex(State())

    func readingBegins() { state.withLock { $0.isReading = true } }

    /// - Parameter requests: what it showed; nil: it failed, so nothing is known.
    func readingEnds(_ requests: [JobRequest]?) {
        state.withLock { state in
            state.isReading = false
            state.runs = requests.map { Set($0.compactMap(\.origin.runID)) }
        }
    }

    /// Whether a reading could tell what the hint speaks of.
    func concerns(_ hint: JobHint) -> Bool {
        guard hint.state == .completed, let run = hint.runID else { return true }
        return state.withLock { $0.isReading || $0.runs?.contains(run) ?? true }
    }
}
