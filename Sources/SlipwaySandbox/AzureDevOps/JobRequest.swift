import Foundation

/// One item of a pool's queue.
struct JobRequest: Sendable {
    let id: Int
    let poolID: Int
    let job: JobKey
    let jobID: String
    let jobName: String
    let planID: String
    let orchestrationID: String
    let demandTexts: [String]
    let demands: [Demand]
    let queuedAt: Date
    /// Not before this the pool shows it.
    let visibleAt: Date

    var agentID: Int?
    var assignedAt: Date?
    var receivedAt: Date?
    var lockedUntil: Date?
    var finishedAt: Date?
    var result: QueuedRun.Result?
    var statusMessage: String?
    /// The assignment is decided and takes its time.
    var isMatched = false
    /// While its agent, which it is assigned to, is not there.
    var reservedUntil: Date?
    var wasReserved = false

    var isFinished: Bool { result != nil }
    var isWaiting: Bool { result == nil && agentID == nil }
    var isReserved: Bool { result == nil && reservedUntil != nil }
    /// The agent that it demands by name.
    var boundAgentName: String? {
        for demand in demands {
            if demand.name.lowercased() == "agent.name", case .equals(let name) = demand.condition { return name }
        }
        return nil
    }
    /// Whether any agent would do: nothing is demanded but a version.
    var isUndemanding: Bool { demands.allSatisfy { $0.name.lowercased() == "agent.version" } }
}

/// Where a job stands: run, stage, job.
struct JobKey: Hashable, Sendable {
    let runID: Int
    let stage: Int
    let job: Int
}
