/// What a launch used, as far as it is known. A function of the launch alone: no price takes part.
public enum LaunchUsage: Hashable, Sendable {
    /// No agent task came of it, or none that began to download its image.
    case nothing
    /// Its agent task is not known to have stopped.
    case running(since: Timestamp?, UsageUnit?)
    case known(UsageUnit, seconds: Int64)
    /// It used something, and how much can't be told.
    case unknown(UsageGap)
}

/// Why a usage, or its cost, is not known.
public enum UsageGap: String, Hashable, Sendable, CaseIterable {
    /// Recorded by a version that didn't ask the cluster.
    case notRecorded
    /// The cluster forgot its agent task before its end was seen.
    case endNotSeen
    /// The cluster didn't tell its size, platform or region.
    case sizeNotTold
    /// It ran on EC2 capacity, which is billed by the instance.
    case otherCapacity
    /// The price book has no price for its region, platform or capacity.
    case noPrice

    public var explanation: String {
        switch self {
        case .notRecorded: "recorded by a version that did not note what agent tasks use"
        case .endNotSeen: "the cluster forgot the agent task before its end was seen"
        case .sizeNotTold: "the cluster did not tell the agent task's size or platform"
        case .otherCapacity: "on EC2 capacity, which is billed by the instance and not by the agent task"
        case .noPrice: "the price book has no price for its region, platform and capacity"
        }
    }
}

/// From when an agent task is billed.
public enum BillingStart: String, Hashable, Sendable {
    /// The download of its image began.
    case pullStart
    /// That is not known: from when the cluster accepted it, which is earlier.
    case creation
}

extension Launch {
    public var usage: LaunchUsage {
        guard agentTask != nil else { return .nothing }
        guard let facts = agentTaskFacts else {
            return isAgentTaskOver ? .unknown(.notRecorded) : .running(since: nil, nil)
        }
        let unit = facts.unit(placement: placement)
        guard let stoppedAt = facts.stoppedAt else {
            return isAgentTaskOver ? .unknown(.endNotSeen) : .running(since: facts.billedFrom?.at, unit)
        }
        guard let start = facts.billedFrom else { return .nothing }
        guard let unit else { return .unknown(.sizeNotTold) }
        let seconds = unit.billedSeconds(from: start.at, to: stoppedAt)
        return seconds <= UsageUnit.maximumSeconds ? .known(unit, seconds: seconds) : .unknown(.sizeNotTold)
    }

    private var isAgentTaskOver: Bool {
        switch state {
        case .closed: true
        case .cleaning(let cleaning): cleaning.isAgentTaskGone
        case .planned, .starting, .pending, .online, .busy, .finished: false
        }
    }
}

extension UsageUnit {
    /// Whole seconds, rounded up, and no fewer than the least that is billed.
    public func billedSeconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        let milliseconds = max(0, end.millisecondsSince(start))
        return max(minimumSeconds, milliseconds / 1_000 + (milliseconds % 1_000 > 0 ? 1 : 0))
    }
}

extension AgentTaskFacts {
    /// Nil while it has not begun to download its image, and for one that never did.
    public var billedFrom: (at: Timestamp, start: BillingStart)? {
        if let pullStartedAt { return (pullStartedAt, .pullStart) }
        guard startedAt != nil, let createdAt else { return nil }
        return (createdAt, .creation)
    }

    /// - Parameter placement: the rung that took it, where the cluster doesn't tell its capacity.
    public func unit(placement: String?) -> UsageUnit? {
        guard let region, let capacity = capacityProvider ?? launchType ?? placement, let cpu, let memory else {
            return nil
        }
        let unit = UsageUnit(
            region: region, capacity: capacity, platform: platform, cpu: Int64(cpu), memory: Int64(memory),
            storage: Int64(ephemeralStorageGiB ?? Int(UsageUnit.freeStorage)))
        return unit.isPlausible ? unit : nil
    }

    private var platform: UsageUnit.Platform {
        if platformFamily?.lowercased().hasPrefix("windows") == true { return .windowsX86 }
        return architecture?.lowercased() == "arm64" ? .linuxARM : .linuxX86
    }
}
