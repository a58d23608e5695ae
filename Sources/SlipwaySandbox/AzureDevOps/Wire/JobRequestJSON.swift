import Foundation

/// Job requests as the REST API shows them.
extension AzureDevOpsWorld {
    struct JobRequestQuery: Sendable {
        var completedRequestCount: Int?
        var top: Int?
        var continuationToken: String?
        var planID: String?
        var jobID: String?
        var agentIDs: [Int]?
    }

    struct JobRequestPage: Sendable {
        let requests: [JSONValue]
        let continuationToken: String?
    }

    /// How many finished job requests a listing shows that names no number.
    static let usualCompletedCount = 50

    func listJobRequests(
        _ query: JobRequestQuery, poolID: Int, now: Date
    ) throws(AzureDevOpsError) -> JobRequestPage {
        _ = try pool(poolID)
        if let top = query.top { return try pageOfAll(query, top: top, poolID: poolID, now: now) }
        let open = unfinished.compactMap { requests[$0] }
        let wantedFinished = query.completedRequestCount ?? Self.usualCompletedCount
        let finished = newestFirst(below: nextRequestID).filter { $0.isFinished && $0.matches(query, poolID) }
            .prefix(wantedFinished)
        let found = finished.reversed() + open.filter { $0.visibleAt <= now && $0.matches(query, poolID) }
        let agents = agents(in: poolID)
        return JobRequestPage(requests: found.map { requestJSON($0, matched: agents) }, continuationToken: nil)
    }

    /// With `$top` the answer is another one: newest first, finished or not, in pages, and without `matchedAgents`.
    private func pageOfAll(
        _ query: JobRequestQuery, top: Int, poolID: Int, now: Date
    ) throws(AzureDevOpsError) -> JobRequestPage {
        guard top > 0 else { throw .invalid("$top must be greater than zero.") }
        var limit = nextRequestID
        if let token = query.continuationToken {
            guard let id = Int(token) else { throw .invalid("The continuation token is not valid.") }
            limit = id
        }
        let found = newestFirst(below: limit).filter {
            $0.visibleAt <= now && $0.matches(query, poolID) && (!$0.isFinished || query.completedRequestCount != 0)
        }
        let page = Array(found.prefix(top))
        let hasMore = found.dropFirst(top).first != nil
        return JobRequestPage(
            requests: page.map { requestJSON($0, matched: nil) },
            continuationToken: hasMore ? page.last.map { String($0.id) } : nil
        )
    }

    private func newestFirst(below limit: Int) -> some Sequence<JobRequest> {
        let oldest = nextRequestID - requests.count
        return stride(from: limit - 1, through: oldest, by: -1).lazy.compactMap { requests[$0] }
    }

    /// - Parameter matched: the pool's agents when `matchedAgents` is to be told.
    func requestJSON(_ request: JobRequest, matched agents: [Registration]?) -> JSONValue {
        let run = runs[request.job.runID]
        let project = run?.project.id ?? ""
        let tag = isPublic(request) ? "Public" : "Private"
        let assigned = request.assignedAt == nil ? nil : request.agentID.flatMap { self.agents[$0] }
        var matchedAgents: JSONValue?
        if let agents, !request.isFinished, !request.isUndemanding {
            matchedAgents = .array(agents.filter { $0.satisfies(request.demands) }.map(agentReference))
        }
        return .members([
            "requestId": .integer(request.id), "queueTime": .string(Timestamp.azure(request.queuedAt)),
            "assignTime": request.assignedAt.map { .string(Timestamp.azure($0)) },
            "receiveTime": request.receivedAt.map { .string(Timestamp.azure($0)) },
            "finishTime": request.finishedAt.map { .string(Timestamp.azure($0)) },
            "lockedUntil": request.receivedAt == nil ? nil : request.lockedUntil.map { .string(Timestamp.azure($0)) },
            "result": request.result.map { .string($0.rawValue) },
            "serviceOwner": "00025394-6065-48ca-87d9-7f5672854ef7", "hostId": .string(configuration.organizationID),
            "scopeId": .string(project), "planType": "Build", "planId": .string(request.planID),
            "jobId": .string(request.jobID), "jobName": .string(request.jobName),
            "demands": .array(request.demandTexts.map(JSONValue.string)),
            "reservedAgent": assigned.map(agentReference), "matchedAgents": matchedAgents,
            "matchesAllAgentsInPool": agents != nil && request.isUndemanding ? true : nil,
            "definition": run.map { definition(of: $0) }, "owner": run.map { owner(of: $0) },
            "data": ["ParallelismTag": .string(tag), "IsScheduledKey": "False"], "poolId": .integer(request.poolID),
            "queueId": .integer(request.poolID + 1000), "orchestrationId": .string(request.orchestrationID),
            "statusMessage": request.statusMessage.map(JSONValue.string), "priority": 0,
        ])
    }

    private func definition(of run: PipelineRun) -> JSONValue {
        let project = "\(baseURL)/\(run.project.id)"
        return [
            "_links": [
                "web": ["href": "\(project)/_build/definition?definitionId=\(run.pipeline.id)"],
                "self": ["href": "\(project)/_apis/build/Definitions/\(run.pipeline.id)"],
            ],
            "id": .integer(run.pipeline.id), "name": .string(run.pipeline.name),
        ]
    }

    private func owner(of run: PipelineRun) -> JSONValue {
        let project = "\(baseURL)/\(run.project.id)"
        return [
            "_links": [
                "web": ["href": "\(project)/_build/results?buildId=\(run.id)"],
                "self": ["href": "\(project)/_apis/build/Builds/\(run.id)"],
            ],
            "id": .integer(run.id), "name": .string(run.name),
        ]
    }
}

extension JobRequest {
    fileprivate func matches(_ query: AzureDevOpsWorld.JobRequestQuery, _ poolID: Int) -> Bool {
        self.poolID == poolID
            && (query.planID == nil || query.planID?.lowercased() == planID)
            && (query.jobID == nil || query.jobID?.lowercased() == jobID)
            && (query.agentIDs.map { ids in agentID.map(ids.contains) ?? false } ?? true)
    }
}
