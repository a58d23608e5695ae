internal import SlipwayCore

/// Who put something on hold, when and why.
struct HoldResource: Encodable {
    var since: String
    var by: String
    var reason: String?

    init(_ hold: OperatorHolds.Hold) {
        since = hold.since.description
        by = hold.by
        reason = hold.reason
    }
}

/// The pools as the engine last saw them.
struct PoolListResource: Encodable {
    struct Pool: Encodable {
        var name: String
        /// Absent until the pool was found.
        var id: Int?
        /// Why it can't be served at the moment.
        var problem: String?
        var readAt: String?
        var placeholderProblem: String?
        var maximumAgents: Int
        var waiting: Int
        var profiles: [Profile]
        var waitingJobs: [WaitingJob]
    }

    struct Profile: Encodable {
        var name: String
        var maximumAgents: Int
        var waiting: Int
        var starting: Int
        var online: Int
        var busy: Int
        var leaving: Int
        /// To be online without a job at this time.
        var warm: Int
        var paused: HoldResource?
    }

    struct WaitingJob: Encodable {
        var jobRequest: Int64
        var profile: String?
        var origin: LaunchResource.Origin
        var queuedAt: String?
        var decision: String?
        var reason: String?
    }

    struct ParallelJobsResource: Encodable {
        var limit: Int
        var used: Int
        var readAt: String
    }

    var pools: [Pool]
    var drained: HoldResource?
    var parallelJobs: ParallelJobsResource?

    init(_ live: LiveState) {
        pools = live.pools.map { Pool($0, live.holds) }
        drained = live.holds.drain.map(HoldResource.init)
        parallelJobs = live.parallelJobs.map {
            ParallelJobsResource(limit: $0.limit, used: $0.used, readAt: $0.readAt.description)
        }
    }
}

extension PoolListResource.Pool {
    init(_ pool: LiveState.Pool, _ holds: OperatorHolds) {
        self.init(
            name: pool.name, id: pool.id?.rawValue, problem: pool.problem, readAt: pool.readAt?.description,
            placeholderProblem: pool.placeholderNote, maximumAgents: pool.maximumAgents, waiting: pool.waitingCount,
            profiles: pool.profiles.map { profile in
                let key = ProfileKey(pool: pool.name, profile: profile.name)
                return PoolListResource.Profile(
                    name: profile.name, maximumAgents: profile.maximumAgents, waiting: profile.waiting,
                    starting: profile.starting, online: profile.online, busy: profile.busy, leaving: profile.leaving,
                    warm: profile.warm, paused: holds.paused[key].map(HoldResource.init))
            },
            waitingJobs: pool.waiting.map { job in
                PoolListResource.WaitingJob(
                    jobRequest: job.request.rawValue, profile: job.profile, origin: .init(job.origin),
                    queuedAt: job.queuedAt?.description, decision: job.decision, reason: job.reason)
            })
    }
}

/// The rungs of every profile's ladder, with the state of their breakers.
struct PlacementListResource: Encodable {
    struct Placement: Encodable {
        var pool: String
        var profile: String
        /// From 1, in the order that they are tried.
        var rung: Int
        var placement: String
        /// It kept refusing, and is left out for a while.
        var isLeftOut: Bool
        var leftOutUntil: String?
    }

    var placements: [Placement]

    init(_ live: LiveState) {
        placements = live.pools.flatMap { pool in
            pool.profiles.flatMap { profile in
                profile.rungs.enumerated().map { index, rung in
                    Placement(
                        pool: pool.name, profile: profile.name, rung: index + 1, placement: rung.placement,
                        isLeftOut: rung.leftOutUntil != nil, leftOutUntil: rung.leftOutUntil?.description)
                }
            }
        }
    }
}

/// The service hook subscriptions to the receiver.
struct HooksResource: Encodable {
    struct Trouble: Encodable {
        var subscription: String?
        var event: String
        var filter: String
        var project: String?
        var state: String
        var advice: String
    }

    /// Whether they are looked at.
    var isWatched: Bool
    /// Why they can't be read.
    var problem: String?
    var known: Int
    var troubles: [Trouble]

    init(_ hooks: LiveState.Hooks) {
        isWatched = hooks.isWatched
        problem = hooks.problem
        known = hooks.known
        troubles = hooks.troubles.map {
            Trouble(
                subscription: $0.subscription, event: $0.subject.eventType, filter: $0.subject.filterText,
                project: $0.subject.projectID, state: $0.state.rawValue, advice: $0.advice)
        }
    }
}
