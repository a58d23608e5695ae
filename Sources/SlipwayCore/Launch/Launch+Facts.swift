/// What is learnt about a launch for those who ask later: nothing of it decides what is done.
extension Launch {
    /// Facts come with a change that is made anyway, so they cost no write of their own: when the agent task is first seen
    /// running, and when its end is.
    func isLearnt(with status: AgentTaskStatus) -> Bool {
        switch status {
        case .running: runningAt == nil
        case .stopping: agentTaskFacts == nil
        case .stopped: agentTaskStop == nil
        case .pending, .missing: false
        }
    }

    mutating func learn(_ facts: AgentTaskFacts?) {
        guard let facts else { return }
        agentTaskFacts = agentTaskFacts?.updated(by: facts) ?? facts
    }

    /// Whose job its agent has.
    mutating func learn(_ origin: JobOrigin?) {
        guard let origin, ranOrigin == nil, ran != request else { return }
        ranOrigin = origin
    }

    mutating func agentTaskDescribed(_ definition: AgentTaskDefinition) {
        guard isOpen, self.definition == nil else { return }
        self.definition = definition
        // The cluster leaves out what an agent task has from its definition, on EC2 capacity.
        agentTaskFacts = agentTaskFacts?.completed(by: definition)
    }

    mutating func runDescribed(_ facts: RunFacts, of described: Int?) {
        guard isOpen, run == nil, described == nil || described == jobOrigin.runID else { return }
        run = facts
    }
}
