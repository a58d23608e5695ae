/// Amazon ECS, the operations that running one agent task needs. Each method is one API operation, with retries by
/// `AWSClient`; those that page or are limited in size say so.
///
/// All throw `AWSError`, or `CancellationError` when cancelled.
public struct ECSClient: Sendable {
    /// DescribeTasks takes no more at once.
    static let describeTasksBatchMaximum = 100
    /// ListTasks gives no more at once.
    static let listTasksPageMaximum = 100
    /// Pages may be short, but a list has an end.
    static let listTasksPagesMaximum = 1_000

    let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// Starts `request.count` tasks. Success of the call is not success of the launch: look at `failures` too, which
    /// ECS sends with HTTP 200.
    ///
    /// Retried with the same token after unknown outcomes, so at most one set of tasks is started. A
    /// `ConflictException` tells in `resourceIDs` which tasks the token belongs to already.
    ///
    /// - Parameter retriesThrottles: false for a caller that paces its calls and slows down itself when throttled.
    public func runTask(_ request: RunTaskRequest, retriesThrottles: Bool = true) async throws -> RunTaskResult {
        try request.validate()
        var call = try AWSCall.ecs("RunTask", request)
        call.retriesThrottles = retriesThrottles
        return try await self.client.json(call, as: RunTaskResult.self)
    }

    /// Reads tasks by ARN or id, a hundred per call, one call after the other. ECS forgets stopped tasks after an hour,
    /// and may not know a new one at once: both are `failures` with reason `MISSING`. Order is not kept.
    public func describeTasks(
        _ tasks: [String], cluster: String, includesTags: Bool = false
    ) async throws -> DescribeTasksResult {
        var result = DescribeTasksResult(tasks: [], failures: [])
        for start in stride(from: 0, to: tasks.count, by: Self.describeTasksBatchMaximum) {
            let batch = Array(tasks[start..<min(start + Self.describeTasksBatchMaximum, tasks.count)])
            let input = DescribeTasksInput(cluster: cluster, tasks: batch, include: includesTags ? ["TAGS"] : nil)
            let part = try await self.client.json(.ecs("DescribeTasks", input), as: DescribeTasksResult.self)
            result.tasks += part.tasks
            result.failures += part.failures
        }
        return result
    }

    /// Asks a task to stop: SIGTERM, then SIGKILL after its stop timeout. Stopping a stopped task succeeds. ECS drops
    /// the task's tags.
    ///
    /// - Parameters:
    ///   - task: the full ARN.
    ///   - reason: becomes `stoppedReason`; cut at 255 characters.
    ///   - retriesLater: false where what allows the stop is soon too old: then no failed attempt is repeated after a pause.
    /// - Throws: `AWSError` whose `isTaskNotFound` is true when ECS does not know the task any more.
    public func stopTask(
        _ task: String, cluster: String, reason: String, retriesLater: Bool = true
    ) async throws -> ECSTask {
        let input = StopTaskInput(cluster: cluster, task: task, reason: String(reason.prefix(255)))
        var call = try AWSCall.ecs("StopTask", input)
        call.retriesLater = retriesLater
        return try await self.client.json(call, as: StopTaskOutput.self).task
    }

    /// Lists ARNs of tasks, all pages.
    ///
    /// - Parameter tasksMaximum: more than this are an error rather than a list that seems complete.
    public func listTasks(
        cluster: String, _ filter: ListTasksFilter, tasksMaximum: Int = 10_000
    ) async throws -> [String] {
        var arns: [String] = []
        var token: String?
        var pages = 0
        repeat {
            let page = try await listTasksPage(cluster: cluster, filter, nextToken: token)
            pages += 1
            let isCircling = page.nextToken != nil && page.nextToken == token
            guard arns.count + page.taskARNs.count <= tasksMaximum, pages <= Self.listTasksPagesMaximum, !isCircling
            else {
                throw AWSError(
                    .malformedResponse, .permanent,
                    message: "ListTasks gives more than \(tasksMaximum) tasks, or pages without end.",
                    advice: "Narrow the filter, or use a cluster of its own.", service: AWSService.ecs.name,
                    operation: "ListTasks"
                )
            }
            arns += page.taskARNs
            token = page.nextToken
        } while token != nil
        return arns
    }

    /// One page of ListTasks.
    public func listTasksPage(
        cluster: String, _ filter: ListTasksFilter, pageMaximum: Int = 100, nextToken: String? = nil
    ) async throws -> ListTasksPage {
        let input = ListTasksInput(
            cluster: cluster, filter: filter, maxResults: min(max(pageMaximum, 1), Self.listTasksPageMaximum),
            nextToken: nextToken
        )
        let page = try await self.client.json(.ecs("ListTasks", input), as: ListTasksPage.self)
        return ListTasksPage(taskARNs: page.taskARNs, nextToken: page.nextToken.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// Reads a task definition: family (then the latest active revision), `family:revision` or ARN.
    public func describeTaskDefinition(
        _ taskDefinition: String, includesTags: Bool = false
    ) async throws -> DescribedTaskDefinition {
        let input = DescribeTaskDefinitionInput(
            taskDefinition: taskDefinition, include: includesTags ? ["TAGS"] : nil
        )
        return try await self.client.json(.ecs("DescribeTaskDefinition", input), as: DescribedTaskDefinition.self)
    }

    /// Reads clusters, at most a hundred. One that does not exist is a failure with reason `MISSING`, not an error.
    public func describeClusters(_ clusters: [String]) async throws -> DescribeClustersResult {
        guard (1...100).contains(clusters.count) else {
            throw AWSError.invalidRequest("DescribeClusters takes 1 to 100 clusters, not \(clusters.count).")
        }
        let input = DescribeClustersInput(clusters: clusters)
        return try await self.client.json(.ecs("DescribeClusters", input), as: DescribeClustersResult.self)
    }

    /// Registers a new revision. Not retried after an unknown outcome, which might make two.
    public func registerTaskDefinition(_ request: RegisterTaskDefinitionRequest) async throws -> DescribedTaskDefinition
    {
        try request.validate()
        return try await self.client.json(
            .ecs("RegisterTaskDefinition", request, isRepeatable: false), as: DescribedTaskDefinition.self
        )
    }
}

extension AWSCall {
    static func ecs(_ operation: String, _ input: some Encodable, isRepeatable: Bool = true) throws
        -> AWSCall
    {
        try .json(.ecs, operation, input, isRepeatable: isRepeatable)
    }
}

extension AWSError {
    /// StopTask's answer for a task that ECS has forgotten or never knew.
    public var isTaskNotFound: Bool {
        guard self.code.rawValue == "InvalidParameterException" else { return false }
        let lowercase = self.message.lowercased()
        return lowercase.contains("task") && lowercase.contains("not found")
    }
}

private struct DescribeTasksInput: Encodable {
    var cluster: String
    var tasks: [String]
    var include: [String]?
}

private struct StopTaskInput: Encodable {
    var cluster: String
    var task: String
    var reason: String
}

private struct StopTaskOutput: Decodable, Sendable {
    var task: ECSTask
}

private struct DescribeTaskDefinitionInput: Encodable {
    var taskDefinition: String
    var include: [String]?
}

private struct DescribeClustersInput: Encodable {
    var clusters: [String]
}
