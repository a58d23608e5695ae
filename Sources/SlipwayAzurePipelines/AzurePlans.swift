public import AzureDevOps
internal import Foundation
public import SlipwayCore

/// The plan port on Azure Pipelines.
public struct AzurePlans: PlanPort {
    private let client: AzureDevOpsClient
    /// Of one call. A job's author waits meanwhile.
    private static let timeout = Duration.seconds(10)

    public init(client: AzureDevOpsClient) { self.client = client }

    public func run(_ run: Int, project: String) async throws(PortError) -> PlanRun? {
        let client = client.once(attemptTimeout: Self.timeout)
        guard let build = try await nilWhenNotFound({ try await client.build(project: project, id: Int64(run)) })
        else { return nil }
        return PlanRun(
            project: build.projectID ?? "", plans: build.planIDs, isOver: build.isCompleted || build.isCancelling,
            pipelineID: build.pipelineID.map { Int(clamping: $0) }, pipelineName: build.pipelineName,
            runName: build.buildNumber)
    }

    public func opens(_ task: PlanTask, _ token: JobToken) async throws(PortError) -> Bool {
        do {
            let client = try client.acting(as: JobAccessToken(token.revealed), attemptTimeout: Self.timeout)
            try await client.checkPlanTimeline(PlanReference(task), timeline: task.timeline)
            return true
        } catch let error as AzureDevOpsError {
            if error.isRefusal { return false }
            throw PortError(error)
        } catch {
            throw PortError(code: .unavailable, message: "the call to Azure DevOps was interrupted")
        }
    }

    public func tell(_ word: PlanWord, to task: PlanTask, as credential: PlanCredential) async -> PlanReception {
        do {
            let client =
                switch credential {
                case .job(let token):
                    try client.acting(as: JobAccessToken(token.revealed), attemptTimeout: Self.timeout)
                case .server: client.once(attemptTimeout: Self.timeout)
                }
            try await tell(word, to: task, client)
            return .taken
        } catch let error as AzureDevOpsError {
            if error.isRefusal { return .refused(error.message) }
            return .unheard(
                error.message, retryAfterSeconds: error.retryAfter.map { Int(clamping: $0.components.seconds) })
        } catch {
            return .unheard("the call to Azure DevOps was interrupted", retryAfterSeconds: nil)
        }
    }

    private func tell(_ word: PlanWord, to task: PlanTask, _ client: AzureDevOpsClient) async throws {
        let plan = PlanReference(task)
        switch word {
        case .started:
            try await client.postPlanEvent(PlanEvent(.started, task: task.instance, job: task.job), to: plan)
        case .lines(let lines):
            // The job's record, as in Microsoft's sample: its lines show in the job's console.
            try await client.feed(lines, to: plan, timeline: task.timeline, record: task.job)
        case .progress(let percent, let operation):
            try await client.updateRecord(
                PlanRecordChange(id: task.instance, percentComplete: percent, currentOperation: operation), of: plan,
                timeline: task.timeline)
        case .outcome(let outcome, let lines):
            var log: Int?
            if !lines.isEmpty {
                let made = try await client.createLog("logs\\\(task.instance)", of: plan)
                try await client.appendLog(lines.map { $0 + "\n" }.joined(), to: made, of: plan)
                log = made
            }
            try await client.updateRecord(.init(outcome, task, log: log), of: plan, timeline: task.timeline)
        case .completed(let result):
            try await client.postPlanEvent(
                PlanEvent(.completed, task: task.instance, job: task.job, result: result.rawValue), to: plan)
        }
    }
}

extension PlanReference {
    fileprivate init(_ task: PlanTask) { self.init(project: task.project, plan: task.plan) }
}

extension PlanRecordChange {
    fileprivate init(_ outcome: BookingOutcome, _ task: PlanTask, log: Int?) {
        self.init(id: task.instance, percentComplete: 100, log: log.map { Log(id: $0) })
        switch outcome.result {
        case .succeeded:
            if let name = outcome.message.arguments.first { variables = ["agentName": Variable(name)] }
            if let launch = outcome.launch { variables?["launch"] = Variable(launch.rawValue) }
        case .failed: issues = [Issue(type: "error", message: outcome.message.text)]
        case .canceled: issues = [Issue(type: "warning", message: outcome.message.text)]
        }
    }
}

extension AzureDevOpsError {
    /// Nobody waits there any more, or this credential is not for that plan.
    fileprivate var isRefusal: Bool { [.notSignedIn, .accessDenied, .notFound].contains(code) }
}
