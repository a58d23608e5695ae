internal import SlipwayCore
internal import Synchronization

/// What each pool's latest reading and plan said of the job requests that wait.
final class LiveReadings: PoolObserver {
    private struct Reading {
        var readAt: Timestamp
        var requests: [JobRequest] = []
        var profiles: [JobRequestID: String] = [:]
        var waitingByProfile: [String: Int] = [:]
        var waitingCount = 0
        var decisions: [JobRequestID: (name: String, reason: String)] = [:]
    }

    private let readings = Mutex<[PoolID: Reading]>([:])

    func poolResolved(_ policy: PoolPolicy) {}

    func poolRead(_ policy: PoolPolicy, requests: [JobRequest], askedAt: Timestamp) {
        var reading = Reading(readAt: askedAt)
        for request in requests where request.isWaiting {
            reading.waitingCount += 1
            let profile = request.boundAgentName == nil ? policy.profile(serving: request.demands)?.name : nil
            if let profile { reading.waitingByProfile[profile, default: 0] += 1 }
            guard reading.requests.count < LiveState.Pool.maximumWaiting else { continue }
            reading.requests.append(request)
            reading.profiles[request.id] = profile
        }
        readings.withLock { readings in
            // The plan that follows is about to say it anew; until then the last word stays.
            reading.decisions = readings[policy.id]?.decisions ?? [:]
            readings[policy.id] = reading
        }
    }

    func planned(_ decisions: [Decision], new: [Decision], for policy: PoolPolicy) {
        readings.withLock { readings in
            guard let shown = readings[policy.id]?.requests else { return }
            let ids = Set(shown.map(\.id))
            var said: [JobRequestID: (name: String, reason: String)] = [:]
            for decision in decisions {
                guard let request = decision.request, ids.contains(request) else { continue }
                said[request] = (decision.name, decision.reason)
            }
            readings[policy.id]?.decisions = said
        }
    }

    /// Adds what was read to a pool; leaves one that was not read yet as it is.
    func complete(_ pool: inout LiveState.Pool) {
        guard let id = pool.id, let reading = readings.withLock({ $0[id] }) else { return }
        pool.readAt = reading.readAt
        pool.waitingCount = reading.waitingCount
        for index in pool.profiles.indices {
            pool.profiles[index].waiting = reading.waitingByProfile[pool.profiles[index].name] ?? 0
        }
        pool.waiting = reading.requests.map { request in
            let said = reading.decisions[request.id]
            return LiveState.WaitingJob(
                request: request.id, profile: reading.profiles[request.id], origin: request.origin,
                queuedAt: request.queuedAt, decision: said?.name, reason: said?.reason)
        }
    }
}
