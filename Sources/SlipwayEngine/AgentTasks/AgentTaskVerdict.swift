internal import SlipwayCore

/// What is to be done with a message on an agent task.
enum AgentTaskVerdict: Hashable, Sendable {
    /// To be applied to the launch, and dropped once that is on disk.
    case apply
    /// To be dropped: nothing is to be learnt from it.
    case drop(Kind)
    /// To come again.
    case leave(Kind)

    /// Why a message is not applied.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        /// As old as what is known, or older.
        case stale
        /// Its launch is over.
        case over
        /// Its launch has another agent task.
        case otherAgentTask
        /// Its launch doesn't know its agent task yet: the answer to RunTask is still underway.
        case early
        /// It has come too often without finding its agent task in a launch, or whole.
        case abandoned
        case damaged
        case foreign
        case unreadable
    }

    /// Receipts of a message that finds no agent task, before it is given up. DescribeTasks tells what it would have.
    static let maximumReceives = 5
}

extension AgentTaskMessage {
    /// - Parameters:
    ///   - launch: the open launch that the message names, as committed.
    ///   - newestVersion: the newest version of the agent task that was applied.
    func verdict(launch: Launch?, newestVersion: Int?) -> AgentTaskVerdict {
        switch content {
        case .foreign: return .drop(.foreign)
        case .unreadable: return .drop(.unreadable)
        case .damaged: return leave(.damaged)
        case .observation(let observation):
            // A launch is committed and in the book before RunTask is called for it: what the book lacks is over.
            guard let launch else { return .drop(.over) }
            guard let agentTask = launch.agentTask else { return leave(.early) }
            guard agentTask == observation.agentTask else { return .drop(.otherAgentTask) }
            if let version = observation.version, let newestVersion, version <= newestVersion { return .drop(.stale) }
            return .apply
        }
    }

    private func leave(_ kind: AgentTaskVerdict.Kind) -> AgentTaskVerdict {
        receiveCount < AgentTaskVerdict.maximumReceives ? .leave(kind) : .drop(.abandoned)
    }
}
