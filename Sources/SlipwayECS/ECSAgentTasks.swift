public import AWSClient
public import SlipwayCore

/// The agent-task port on Amazon ECS: one cluster.
///
/// `start` may be repeated with an equal order: the client token is the order's, so ECS answers with the agent task
/// that it has started already.
public struct ECSAgentTasks: AgentTaskPort {
    private let ecs: ECSClient
    private let cluster: String
    private let containers: Set<String>
    private let foreign = ForeignTasks()

    /// - Parameters:
    ///   - cluster: short name or ARN.
    ///   - containers: the names of the agents' containers; of a stopped agent task their exit code counts, not a
    ///     sidecar's.
    public init(ecs: ECSClient, cluster: String, containers: Set<String>) {
        self.ecs = ecs
        self.cluster = cluster
        self.containers = containers
    }

    public func start(_ order: AgentTaskOrder) async -> StartAnswer {
        do {
            // The engine paces the calls, so it is told of a throttle rather than that it is hidden by a retry.
            let result = try await ecs.runTask(RunTaskRequest(order, cluster: cluster), retriesThrottles: false)
            return StartAnswer(result)
        } catch let error as AWSError {
            return StartAnswer(error)
        } catch {
            // Cancelled: the call may have gone out all the same.
            return .unanswered("the call of RunTask was interrupted")
        }
    }

    public func status(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskStatus] {
        try await sights(of: ids).mapValues(\.status)
    }

    public func sights(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskSight] {
        let result = try await mappingErrors { try await ecs.describeTasks(ids.map(\.rawValue), cluster: cluster) }
        // Whatever ECS doesn't mention is unknown to it; it may say so in `failures`, or say nothing.
        var sights = Dictionary(
            ids.map { ($0, AgentTaskSight(status: .missing, facts: nil)) }, uniquingKeysWith: { first, _ in first })
        for task in result.tasks {
            sights[AgentTaskID(rawValue: task.taskARN)] = AgentTaskSight(
                status: AgentTaskStatus(task, containers: containers),
                facts: AgentTaskFacts(task, containers: containers))
        }
        return sights
    }

    public func definition(_ id: String, container: String) async throws(PortError) -> AgentTaskDefinition? {
        let described = try await mappingErrors { try await ecs.describeTaskDefinition(id) }
        return AgentTaskDefinition(described.taskDefinition, container: container)
    }

    public func stop(_ id: AgentTaskID, reason: String) async throws(PortError) {
        do {
            // Whoever asks has looked at the agent just now: a repetition would come when that look is no longer good.
            _ = try await ecs.stopTask(id.rawValue, cluster: cluster, reason: reason, retriesLater: false)
        } catch let error as AWSError {
            guard !error.isTaskNotFound else {
                throw PortError(
                    code: .unknown, message: "the cluster doesn't know the agent task, no longer or not yet")
            }
            throw PortError(error)
        } catch {
            throw PortError(code: .unavailable, message: "the call of StopTask was interrupted")
        }
    }

    public func agentTasks(startedBy: String) async throws(PortError) -> [AgentTaskID] {
        let listed = try await mappingErrors { try await ecs.listTasks(cluster: cluster, .startedBy(startedBy)) }
        guard !listed.isEmpty else { return [] }
        // Recently stopped ones may be listed too.
        let described = try await mappingErrors { try await ecs.describeTasks(listed, cluster: cluster) }
        let stopped = Set(described.tasks.filter(\.isStopped).map(\.taskARN))
        return listed.filter { !stopped.contains($0) }.map(AgentTaskID.init)
    }

    public func agentTasks(besides known: Set<AgentTaskID>) async throws(PortError) -> [AgentTaskSighting] {
        let filter = ListTasksFilter.family(nil, desiredStatus: .running)
        let listed = try await mappingErrors {
            try await ecs.listTasks(cluster: cluster, filter, tasksMaximum: 100_000)
        }
        let unknown = listed.filter { !known.contains(AgentTaskID(rawValue: $0)) }
        foreign.keep(only: unknown)
        let open = unknown.filter { !foreign.contains($0) }
        guard !open.isEmpty else { return [] }
        let described = try await mappingErrors { try await ecs.describeTasks(open, cluster: cluster) }
        var sightings: [AgentTaskSighting] = []
        for task in described.tasks {
            let id = AgentTaskID(rawValue: task.taskARN)
            if let sighting = task.startedBy.flatMap({ AgentTaskSighting(id: id, startedBy: $0) }) {
                guard !task.isStopped else { continue }
                sightings.append(sighting)
            } else {
                foreign.add(task.taskARN)
            }
        }
        return sightings
    }
}
