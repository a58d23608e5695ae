internal import SlipwayCore

/// What is known of the organization's parallel jobs, and what the pools do about it. Pure.
struct ParallelJobsState {
    /// What the ledger knows.
    enum Knowledge: Equatable {
        case limit(Int)
        case unlimited
        case unreadable
    }

    private(set) var reading: ParallelJobs?
    /// The service doesn't tell us: why.
    private(set) var refusal: PortError?
    private(set) var lastReadAt: Timestamp?
    /// Pools that hold jobs for them.
    private var holding: Set<PoolID> = []
    /// Launches that were decided on and aren't in the book yet.
    private var decided: [PoolID: Int] = [:]
    /// Grows whenever a pool decides on launches.
    private(set) var plans = 0

    var isHolding: Bool { !holding.isEmpty }
    var isLimited: Bool { reading != nil }

    mutating func read(_ use: ParallelJobsUse, at askedAt: Timestamp) -> Knowledge {
        refusal = nil
        lastReadAt = askedAt
        reading = use.limit.map { ParallelJobs(limit: $0, used: use.used, readAt: askedAt) }
        return use.limit.map(Knowledge.limit) ?? .unlimited
    }

    /// Nil while an earlier reading is still believed.
    mutating func failed(_ error: PortError, at now: Timestamp) -> Knowledge? {
        if error.isRefusal {
            refusal = error
            reading = nil
        }
        if let lastReadAt, !error.isRefusal, now < lastReadAt.adding(seconds: ParallelJobs.believedSeconds) {
            return nil
        }
        return .unreadable
    }

    func decidedElsewhere(than pool: PoolID) -> Int {
        decided.reduce(0) { $0 + ($1.key == pool ? 0 : $1.value) }
    }

    /// Answers whether a pool begins to hold jobs, so that the use is of interest now.
    mutating func planned(_ decisions: [Decision], in pool: PoolID) -> Bool {
        let launches = decisions.count {
            if case .launch(let launch) = $0.action {
                launch.origin.isPublic != true && launch.isWarm != true
            } else {
                false
            }
        }
        if launches > 0 {
            decided[pool] = launches
            plans += 1
        }
        guard decisions.contains(where: \.awaitsParallelJob) else {
            holding.remove(pool)
            return false
        }
        return holding.insert(pool).inserted
    }

    /// The launches are in the book, or will never be.
    mutating func settled(_ pool: PoolID) { decided[pool] = nil }
}

extension ParallelJobsState.Knowledge {
    static let ledgerSubject = "parallel-jobs"

    func entry(at now: Timestamp, because error: PortError?) -> LedgerEntry {
        var facts = LedgerFacts()
        var kind = "parallelJobs.limit"
        switch self {
        case .limit(let limit): facts["limit"] = .integer(Int64(limit))
        case .unlimited: facts["isUnlimited"] = .flag(true)
        case .unreadable:
            kind = "parallelJobs.unreadable"
            if let error { facts["error"] = .text(error.message) }
        }
        return LedgerEntry(at: now, kind: kind, subject: Self.ledgerSubject, facts: facts)
    }

    init?(_ record: LedgerRecord) {
        switch record.kind {
        case "parallelJobs.unreadable": self = .unreadable
        case "parallelJobs.limit":
            if case .integer(let limit)? = record.readFacts?["limit"] {
                self = .limit(Int(limit))
            } else {
                self = .unlimited
            }
        default: return nil
        }
    }
}
