/// A part of a launch's life, as it can be told from the launch alone. They follow one another.
public enum LaunchStage: String, Hashable, Sendable, CaseIterable {
    /// From its making until its agent task was seen running, or its agent online if that was seen first.
    case starting
    /// From then until its agent was seen online.
    case registering
    /// From then until its agent was seen to hold a job.
    case waitingForJob
    /// From then until the job was seen to be over.
    case running
    /// From the end of its job, or else of its use, until both were seen to be gone.
    case cleaning
}

/// How long a stage took.
public struct PhaseFigures: Hashable, Sendable {
    public var stage: LaunchStage
    public var count: Int
    /// Half of them took no longer.
    public var medianMilliseconds: Int64
    /// Of twenty, nineteen took no longer.
    public var percentile95Milliseconds: Int64

    /// Nil for no lengths at all. By nearest rank.
    public init?(_ stage: LaunchStage, milliseconds lengths: [Int64]) {
        let sorted = lengths.sorted()
        guard !sorted.isEmpty else { return nil }
        func rank(_ percent: Int) -> Int64 { sorted[max(0, (sorted.count * percent + 99) / 100 - 1)] }
        self.stage = stage
        count = sorted.count
        medianMilliseconds = rank(50)
        percentile95Milliseconds = rank(95)
    }
}

/// When the stages of a launch ended.
public struct LaunchTimes: Hashable, Sendable {
    public var createdAt: Timestamp
    public var runningAt: Timestamp?
    public var onlineAt: Timestamp?
    public var busyAt: Timestamp?
    public var finishedAt: Timestamp?
    public var endedAt: Timestamp?
    public var closedAt: Timestamp?
    /// It was made before there was a job for it, so its wait for one says nothing.
    public var isForNobody: Bool

    public init(
        createdAt: Timestamp, runningAt: Timestamp? = nil, onlineAt: Timestamp? = nil, busyAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil, endedAt: Timestamp? = nil, closedAt: Timestamp? = nil,
        isForNobody: Bool = false
    ) {
        self.createdAt = createdAt
        self.runningAt = runningAt
        self.onlineAt = onlineAt
        self.busyAt = busyAt
        self.finishedAt = finishedAt
        self.endedAt = endedAt
        self.closedAt = closedAt
        self.isForNobody = isForNobody
    }

    public init(_ launch: Launch) {
        self.init(
            createdAt: launch.createdAt, runningAt: launch.runningAt, onlineAt: launch.onlineAt, busyAt: launch.busyAt,
            finishedAt: launch.finishedAt, endedAt: launch.endedAt,
            closedAt: launch.isOpen ? nil : launch.stateSince,
            isForNobody: launch.request == nil && launch.binding == nil)
    }

    /// The stages with their beginnings and ends, in order; the end of one that lasts is nil.
    public var stages: [(stage: LaunchStage, from: Timestamp, to: Timestamp?)] {
        var stages: [(stage: LaunchStage, from: Timestamp, to: Timestamp?)] = []
        let end = finishedAt ?? endedAt
        // An agent may be seen before its agent task is seen running.
        let started = [runningAt, onlineAt].compactMap { $0 }.min()
        stages.append((.starting, createdAt, started ?? end))
        if let runningAt, onlineAt.map({ $0 > runningAt }) ?? true {
            stages.append((.registering, runningAt, onlineAt ?? end))
        }
        if let onlineAt { stages.append((.waitingForJob, onlineAt, busyAt ?? end)) }
        if let busyAt { stages.append((.running, busyAt, end)) }
        if let end { stages.append((.cleaning, end, closedAt)) }
        return stages
    }

    /// The lengths of the stages that were gone through to their own end: of one that was broken off none.
    public var lengths: [LaunchStage: Int64] {
        var lengths: [LaunchStage: Int64] = [:]
        measure { stage, length in lengths[stage] = length }
        return lengths
    }

    /// Without a collection for each launch: figures are made of thousands.
    fileprivate func measure(_ note: (LaunchStage, Int64) -> Void) {
        func take(_ stage: LaunchStage, _ from: Timestamp?, _ to: Timestamp?) {
            guard let from, let to else { return }
            note(stage, max(0, to.millisecondsSince(from)))
        }
        take(.starting, createdAt, min(runningAt ?? onlineAt, onlineAt ?? runningAt))
        if let runningAt, let onlineAt, onlineAt >= runningAt { take(.registering, runningAt, onlineAt) }
        if !isForNobody { take(.waitingForJob, onlineAt, busyAt) }
        take(.running, busyAt, finishedAt)
        take(.cleaning, finishedAt ?? endedAt, closedAt)
    }
}

private func min(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
    guard let left, let right else { return nil }
    return left < right ? left : right
}

extension PhaseFigures {
    /// Of these launches, in the order of the stages.
    public static func of(_ launches: [LaunchTimes]) -> [PhaseFigures] {
        var lengths: [LaunchStage: [Int64]] = [:]
        for launch in launches {
            launch.measure { stage, length in lengths[stage, default: []].append(length) }
        }
        return LaunchStage.allCases.compactMap { PhaseFigures($0, milliseconds: lengths[$0] ?? []) }
    }
}
