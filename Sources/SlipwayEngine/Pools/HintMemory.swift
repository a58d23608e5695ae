internal import SlipwayCore
internal import Synchronization

/// Hints of waiting jobs that no job request has been seen for yet: the event may come before the job request. While
/// one is fresh the pool is read often; after `freshMilliseconds` the job is taken to be another pool's.
final class HintMemory: Sendable {
    private struct Key: Hashable {
        var runID: Int
        var jobID: String?
    }

    private let waiting = Mutex<[Key: Timestamp]>([:])
    static let freshMilliseconds: Int64 = 30_000
    static let maximumCount = 10_000

    func add(_ hint: JobHint, at now: Timestamp) {
        guard hint.scope == .job, hint.state == .waiting, let runID = hint.runID else { return }
        waiting.withLock { waiting in
            guard waiting.count < Self.maximumCount else { return }
            waiting[Key(runID: runID, jobID: hint.jobID?.lowercased())] = now
        }
    }

    /// Forgets what has been seen and what is stale. Answers whether any is left.
    func settle(seen requests: [JobRequest], at now: Timestamp) -> Bool {
        waiting.withLock { waiting in
            guard !waiting.isEmpty else { return false }
            for request in requests {
                guard let runID = request.origin.runID else { continue }
                waiting[Key(runID: runID, jobID: request.origin.jobID?.lowercased())] = nil
            }
            waiting = waiting.filter { now.millisecondsSince($0.value) < Self.freshMilliseconds }
            return !waiting.isEmpty
        }
    }
}
