public import AWSClient
public import SlipwayCore

/// The port of agent-task events on Amazon SQS: a queue that an EventBridge rule fills with the cluster's
/// "ECS Task State Change" events.
public struct ECSAgentTaskEvents: AgentTaskEventPort {
    private let sqs: SQSClient
    private let cluster: String
    private let containers: Set<String>

    /// How long a received message is hidden: for the change that it makes to be on disk, a slow read of its job
    /// included. After that it comes again, which does no harm.
    static let hiddenSeconds = 30

    /// - Parameters:
    ///   - cluster: short name or ARN.
    ///   - containers: the names of the agents' containers.
    public init(sqs: SQSClient, cluster: String, containers: Set<String>) {
        self.sqs = sqs
        self.cluster = cluster
        self.containers = containers
    }

    public func receive() async throws(PortError) -> [AgentTaskMessage] {
        let messages = try await mappingErrors { try await sqs.receiveMessages(hiddenSeconds: Self.hiddenSeconds) }
        return messages.map { message in
            AgentTaskMessage(
                receipt: .init(rawValue: message.receiptHandle), receiveCount: message.receiveCount,
                content: content(of: message))
        }
    }

    public func acknowledge(_ receipts: [AgentTaskMessage.Receipt]) async throws(PortError) -> Int {
        var failures = 0
        for start in stride(from: 0, to: receipts.count, by: SQSClient.batchMaximum) {
            let batch = receipts[start..<min(start + SQSClient.batchMaximum, receipts.count)].map(\.rawValue)
            failures += try await mappingErrors { try await sqs.deleteMessages(batch) }.count
        }
        return failures
    }

    private func content(of message: SQSMessage) -> AgentTaskMessage.Content {
        guard message.isIntact else { return .damaged }
        switch ECSEventReading(message.body) {
        case .unreadable(let reason): return .unreadable(reason)
        case .other(let source, let detailType): return .foreign("event \(detailType) of \(source)")
        case .task(let event): return content(of: event.task)
        }
    }

    private func content(of task: ECSTask) -> AgentTaskMessage.Content {
        guard isOurCluster(task) else { return .foreign("agent task of another cluster") }
        guard let launch = task.startedBy.flatMap(LaunchID.init(startedBy:)) else {
            return .foreign("agent task that no launch started")
        }
        return .observation(
            AgentTaskObservation(
                agentTask: AgentTaskID(rawValue: task.taskARN), launch: launch, version: task.version,
                status: AgentTaskStatus(task, containers: containers),
                facts: AgentTaskFacts(task, containers: containers)))
    }

    /// An event that names no cluster is of the rule's making: the launch and the ARN decide then.
    private func isOurCluster(_ task: ECSTask) -> Bool {
        guard let arn = task.clusterARN else { return true }
        return cluster.hasPrefix("arn:") ? arn == cluster : arn.split(separator: "/").last.map(String.init) == cluster
    }
}
