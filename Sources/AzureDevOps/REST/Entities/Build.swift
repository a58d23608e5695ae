public import Foundation

/// A pipeline run.
public struct Build: Sendable, Equatable, Decodable {
    public var id: Int64
    public var buildNumber: String?
    /// `notStarted`, `inProgress`, `cancelling`, `postponed` or `completed`.
    public var status: String?
    /// Only when completed: `succeeded`, `partiallySucceeded`, `failed` or `canceled`.
    public var result: String?
    public var queueTime: Date?
    public var startTime: Date?
    public var finishTime: Date?
    public var pipelineID: Int64?
    public var pipelineName: String?
    public var projectID: String?
    /// The orchestration plan, which job requests name too.
    public var planID: String?
    /// All its orchestration plans: a run that was retried has several.
    public var planIDs: Set<String>
    public var tags: [String]?
    public var projectName: String?
    /// Ids of identities; names and addresses are not read.
    public var requestedForID: String?
    public var requestedByID: String?
    /// `manual`, `individualCI`, `pullRequest`, `schedule`, ….
    public var reason: String?
    public var sourceBranch: String?
    public var sourceVersion: String?
    public var repositoryName: String?

    public var isCancelling: Bool { status?.lowercased() == "cancelling" }
    public var isCompleted: Bool { status?.lowercased() == "completed" }

    enum CodingKeys: CodingKey {
        case id, buildNumber, status, result, queueTime, startTime, finishTime, definition, project, orchestrationPlan,
            plans, tags, requestedFor, requestedBy, reason, sourceBranch, sourceVersion, repository
    }

    private struct Plan: Decodable { var planId: String }
    private struct ProjectReference: Decodable {
        var id: String
        var name: String?
    }
    private struct Identity: Decodable { var id: String }
    private struct Repository: Decodable {
        var id: String?
        var name: String?
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int64.self, forKey: .id)
        buildNumber = container.tolerant(String.self, .buildNumber)
        status = container.tolerant(String.self, .status)
        result = container.tolerant(String.self, .result)
        queueTime = container.tolerantDate(.queueTime)
        startTime = container.tolerantDate(.startTime)
        finishTime = container.tolerantDate(.finishTime)
        let definition = container.tolerant(JobRequest.NamedReference.self, .definition)
        pipelineID = definition?.id
        pipelineName = definition?.name
        let project = container.tolerant(ProjectReference.self, .project)
        projectID = project?.id.lowercased()
        projectName = project?.name
        requestedForID = container.tolerant(Identity.self, .requestedFor)?.id.lowercased()
        requestedByID = container.tolerant(Identity.self, .requestedBy)?.id.lowercased()
        reason = container.tolerant(String.self, .reason)
        sourceBranch = container.tolerant(String.self, .sourceBranch)
        sourceVersion = container.tolerant(String.self, .sourceVersion)
        let repository = container.tolerant(Repository.self, .repository)
        repositoryName = repository?.name ?? repository?.id
        planID = container.tolerant(Plan.self, .orchestrationPlan)?.planId.lowercased()
        let plans = container.tolerant([Plan].self, .plans)?.map { $0.planId.lowercased() } ?? []
        planIDs = Set(plans + [planID].compactMap { $0 })
        tags = container.tolerant([String].self, .tags)
    }
}

/// What to do with one stage of a run.
public enum StageUpdate: Sendable, Equatable {
    case cancel
    /// Runs the stage again: its failed jobs, or all of them.
    case retry(allJobs: Bool)
}
