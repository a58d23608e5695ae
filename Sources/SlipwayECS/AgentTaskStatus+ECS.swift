internal import AWSClient
internal import SlipwayCore

extension AgentTaskStatus {
    /// What DescribeTasks or an event says of a task.
    ///
    /// - Parameter containers: the names of the agents' containers; of a stopped agent task their exit code counts, not a
    ///   sidecar's.
    init(_ task: ECSTask, containers: Set<String>) {
        let container = task.containers.compactMap(\.name).first(where: containers.contains)
        if task.isStopped {
            self = .stopped(AgentTaskStop(task, container: container))
            return
        }
        switch task.lastStatus {
        case .running?: self = task.desiredStatus == .stopped ? .stopping : .running
        case .deactivating?, .stopping?, .deprovisioning?: self = .stopping
        default: self = task.desiredStatus == .stopped ? .stopping : .pending
        }
    }
}

extension AgentTaskStop {
    /// ECS's texts are cut: they go into the ledger, and what comes as an event may be of any length.
    init(_ task: ECSTask, container: String?) {
        let stop = task.stop(container: container)
        self.init(
            reason: String((task.stoppedReason ?? "").prefix(1_000)),
            code: task.stopCode.map { String($0.rawValue.prefix(100)) }, exitCode: stop?.exitCode,
            explanation: stop?.sentence, isInterruption: stop?.cause == .spotInterruption,
            lacksRoom: stop?.cause == .capacity && stop?.remedy == .relaunch)
    }
}
