internal import AWSClient
internal import SlipwayCore

extension AgentTaskStatus {
    init(_ task: ECSTask, container: String?) {
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
    init(_ task: ECSTask, container: String?) {
        let stop = task.stop(container: container)
        self.init(
            reason: task.stoppedReason ?? "", code: task.stopCode?.rawValue, exitCode: stop?.exitCode,
            explanation: stop?.sentence)
    }
}
