public import AzureDevOps
public import SlipwayCore

/// The run port on Azure Pipelines, whose runs are builds.
public struct AzureRuns: RunPort {
    private let client: AzureDevOpsClient

    public init(client: AzureDevOpsClient) { self.client = client }

    public func addTag(_ tag: String, run: Int, project: String) async throws(PortError) {
        try await mappingErrors { try await client.addBuildTag(tag, project: project, id: Int64(run)) }
    }

    public func timeline(run: Int, project: String) async throws(PortError) -> RunTimeline? {
        try await nilWhenNotFound { try await client.buildTimeline(project: project, id: Int64(run)) }
            .flatMap { $0 }.map { RunTimeline($0.records.map(RunTimeline.Record.init)) }
    }

    public func retryStage(_ stage: String, run: Int, project: String) async throws(PortError) {
        try await mappingErrors {
            try await client.updateStage(stage, project: project, buildID: Int64(run), .retry(allJobs: false))
        }
    }

    public func facts(run: Int, project: String) async throws(PortError) -> RunFacts? {
        try await nilWhenNotFound { try await client.build(project: project, id: Int64(run)) }.map(RunFacts.init)
    }

    public func cancel(run: Int, project: String) async throws(PortError) {
        try await mappingErrors { _ = try await client.cancelBuild(project: project, id: Int64(run)) }
    }
}

extension RunTimeline.Record {
    init(_ record: TimelineRecord) {
        let kind: Kind =
            switch record.type {
            case "Stage": .stage
            case "Job": .job
            default: .other
            }
        self.init(
            id: record.id, parent: record.parentID, kind: kind,
            name: (kind == .stage ? record.identifier : record.name) ?? record.name ?? record.id,
            attempt: record.attempt ?? 1, isCompleted: record.state == "completed", result: record.result,
            previousIDs: record.previousAttemptIDs)
    }
}
