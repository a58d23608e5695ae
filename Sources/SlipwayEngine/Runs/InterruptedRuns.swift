internal import SlipwayCore
internal import Synchronization

/// The pipeline runs that have lost a job to an interruption. Their next jobs are not put on Spot capacity, whether Slipway
/// or a person runs the stage again.
final class InterruptedRuns: Sendable {
    private let runs = Mutex<[Int: Timestamp]>([:])

    /// A run that goes on for longer is forgotten: what it loses then costs it one more job.
    static let seconds = 86_400

    func add(_ run: Int, at time: Timestamp) {
        runs.withLock { $0[run] = max($0[run] ?? time, time) }
    }

    func all(at now: Timestamp) -> Set<Int> {
        runs.withLock { runs in
            runs = runs.filter { now < $0.value.adding(seconds: Self.seconds) }
            return Set(runs.keys)
        }
    }
}
