internal import SlipwayCore
internal import Synchronization

/// Counts the jobs of a pool that no hook announced: seen waiting in a reading, and a minute after they were queued no
/// hint of them has come. A sign that hooks get lost, which their subscriptions need not show.
final class UnannouncedJobs: Sendable {
    private struct Key: Hashable {
        var runID: Int
        var jobID: String?
    }

    private struct State {
        var announced: [Key: Timestamp] = [:]
        /// When an announcement last found no room here.
        var overflowedAt: Timestamp?
        /// Seen waiting; nil: announced, counted, or not to be judged.
        var seen: [JobRequestID: Candidate?] = [:]
        var count = 0
        /// How many of them were found in which minute, of the last hour.
        var perMinute: [Int64: Int] = [:]
        var told = 0
        var toldAt: Timestamp?

        /// Its announcement may be one that found no room. Hints may come a little before their job is queued.
        func mayHaveForgotten(_ candidate: Candidate) -> Bool {
            guard let overflowedAt else { return false }
            return overflowedAt >= candidate.queuedAt.adding(milliseconds: -UnannouncedJobs.patienceMilliseconds)
        }
    }

    private struct Candidate {
        var key: Key
        var queuedAt: Timestamp
    }

    /// Jobs that no hook announced, since the pool was last told of.
    struct Report: Equatable {
        var count: Int
        /// The latest of them.
        var request: JobRequestID
    }

    private let state = Mutex(State())
    private let startedAt: Timestamp
    static let patienceMilliseconds: Int64 = 60_000
    static let reportPauseMilliseconds: Int64 = 3_600_000
    private static let rememberedMilliseconds: Int64 = 900_000
    private static let maximumCount = 10_000

    /// - Parameter startedAt: what was queued earlier may have been announced to another process.
    init(startedAt: Timestamp) { self.startedAt = startedAt }

    /// Since the start.
    var count: Int { state.withLock { $0.count } }

    /// Those that were found in the last hour.
    func recentCount(at now: Timestamp) -> Int {
        state.withLock { state in
            state.perMinute.filter { Self.isRecent($0.key, now) }.values.reduce(0, +)
        }
    }

    private static func isRecent(_ minute: Int64, _ now: Timestamp) -> Bool {
        now.milliseconds - minute * 60_000 < reportPauseMilliseconds
    }

    func add(_ hint: JobHint, at now: Timestamp) {
        guard hint.scope == .job, hint.state == .waiting, let runID = hint.runID else { return }
        state.withLock { state in
            if state.announced.count >= Self.maximumCount {
                state.announced = state.announced.filter {
                    now.millisecondsSince($0.value) < Self.rememberedMilliseconds
                }
            }
            let key = Key(runID: runID, jobID: hint.jobID?.lowercased())
            guard state.announced.count < Self.maximumCount || state.announced[key] != nil else {
                state.overflowedAt = now
                return
            }
            state.announced[key] = now
        }
    }

    /// Takes a reading in. Answers what to tell, at most once an hour.
    func settle(_ requests: [JobRequest], at now: Timestamp) -> Report? {
        state.withLock { state in
            let listed = Set(requests.map(\.id))
            for request in requests where state.seen[request.id] == nil && request.isWaiting {
                state.seen.updateValue(candidate(request), forKey: request.id)
            }
            var latest: JobRequestID?
            for (id, candidate) in state.seen {
                guard let candidate else { continue }
                if state.announced[candidate.key] != nil || state.mayHaveForgotten(candidate) {
                    state.seen.updateValue(nil, forKey: id)
                } else if now.millisecondsSince(candidate.queuedAt) >= Self.patienceMilliseconds {
                    state.seen.updateValue(nil, forKey: id)
                    state.count += 1
                    state.perMinute = state.perMinute.filter { Self.isRecent($0.key, now) }
                    state.perMinute[now.milliseconds / 60_000, default: 0] += 1
                    latest = max(latest ?? id, id)
                }
            }
            // A job that is over before its minute is still judged; what is judged and gone is forgotten.
            state.seen = state.seen.filter { listed.contains($0.key) || $0.value != nil }
            state.announced = state.announced.filter {
                now.millisecondsSince($0.value) < Self.rememberedMilliseconds
            }
            guard let latest else { return nil }
            if let toldAt = state.toldAt, now.millisecondsSince(toldAt) < Self.reportPauseMilliseconds { return nil }
            defer {
                state.told = state.count
                state.toldAt = now
            }
            return Report(count: state.count - state.told, request: latest)
        }
    }

    private func candidate(_ request: JobRequest) -> Candidate? {
        guard let runID = request.origin.runID, let queuedAt = request.queuedAt, queuedAt >= startedAt else {
            return nil
        }
        return Candidate(key: Key(runID: runID, jobID: request.origin.jobID?.lowercased()), queuedAt: queuedAt)
    }
}
