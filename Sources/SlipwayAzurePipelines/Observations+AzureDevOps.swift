internal import AzureDevOps
internal import Foundation
internal import SlipwayCore

extension SlipwayCore.JobRequest {
    init(_ request: AzureDevOps.JobRequest) {
        self.init(
            id: JobRequestID(rawValue: request.id), queuedAt: Timestamp(request.queueTime),
            assignedAt: Timestamp(request.assignTime), receivedAt: Timestamp(request.receiveTime),
            finishedAt: Timestamp(request.finishTime), result: request.result,
            demands: request.demands.map(Demand.init(parsing:)),
            reservation: Reservation(request.reservedAgent), origin: JobOrigin(request), priority: request.priority ?? 0
        )
    }
}

extension SlipwayCore.JobRequest.Reservation {
    init?(_ agent: AgentReference?) {
        guard let agent else { return nil }
        // Without a name it can't be one of ours; it still tells that somebody has the request.
        self.init(agentName: agent.name ?? "", isOnline: agent.isOnline, agent: AgentID(rawValue: agent.id))
    }
}

extension JobOrigin {
    init(_ request: AzureDevOps.JobRequest) {
        self.init(
            projectID: request.projectID, pipelineID: request.pipeline.map { Int($0.id) },
            pipelineName: request.pipeline?.name, runID: request.run.map { Int($0.id) }, runName: request.run?.name,
            jobID: request.jobID, jobName: request.jobName, queuedAt: Timestamp(request.queueTime),
            isPublic: request.parallelismTag?.lowercased() == "public")
    }
}

extension PoolAgent {
    init(_ agent: Agent) {
        self.init(
            id: AgentID(rawValue: agent.id), name: agent.name, isOnline: agent.isOnline,
            isEnabled: agent.enabled ?? true,
            assignedRequest: agent.assignedRequest.map { JobRequestID(rawValue: $0.id) },
            completed: agent.lastCompletedRequest.map(SlipwayCore.JobRequest.init).flatMap {
                $0.isWithdrawn ? nil : Completed(request: $0.id, result: $0.result)
            })
    }
}

extension SlipwayCore.Timestamp {
    init?(_ date: Date?) {
        guard let date else { return nil }
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}
