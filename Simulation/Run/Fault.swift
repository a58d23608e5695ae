/// A call that Slipway makes to a service.
enum Call: Int, CaseIterable {
    case listJobRequests, readJobRequest, listAgents, setAgentEnabled, deleteAgent, registerAgent, replaceAgent,
        tellPlan, runTask, describeTasks, listTasks, stopTask

    var service: Service {
        switch self {
        case .listJobRequests, .readJobRequest, .listAgents, .setAgentEnabled, .deleteAgent, .registerAgent,
            .replaceAgent, .tellPlan:
            .azureDevOps
        case .runTask, .describeTasks, .listTasks, .stopTask: .amazonECS
        }
    }
}

enum Service: Int, CaseIterable {
    case azureDevOps, amazonECS
}

/// What can go wrong in the simulated world, each by its own rate.
enum Fault: Hashable, CaseIterable {
    /// The call never reaches the service.
    case requestLost(Call)
    /// The service does it, and Slipway is not told.
    case answerLost(Call)
    /// Up to 25 s on the way there, or back.
    case slow(Call)
    case outage(Service)
    case other(Other)

    enum Other: Int, CaseIterable {
        case hookLost, hookLate, hookDoubled
        /// An answer that is some seconds old.
        case staleJobRequests, staleAgents, staleTask, staleTaskList
        /// "I don't know it", just after RunTask.
        case taskNotYetVisible
        /// RunTask is accepted, and later there is no room for the agent task.
        case roomLost
        case throttled, noCapacity, refusedForGood, refusedUnknown
        /// RunTask takes effect up to 30 s after Slipway was told that there is no answer.
        case runTaskLandsLate
        /// A registration is made or replaced up to 30 s after Slipway was told that there is no answer.
        case registrationLandsLate
        /// A container's claim, or its answer, is lost on the way.
        case claimLost, claimAnswerLost
        /// The call of a pipeline's task, or its answer, is lost on the way.
        case bookingLost, bookingAnswerLost
        /// Somebody else uses the claim code first.
        case claimStolen
        case imagePullFails, containerCrashes, agentNeverOnline, slowStart
        case spotInterruption, killedUnderJob
        /// The container ends without `config.sh remove`.
        case registrationLeftBehind
        /// The pool takes an agent for online long after it went.
        case offlineSeenLate
        /// The agent dies between the job's assignment and its receipt.
        case assignmentLost
        /// A `--once` agent on its way out is given a second job.
        case doubleAssignment
        case jobCancelled
        case operatorStops
        /// The store answers nothing for a while.
        case storeOutage
        case commitFails
        /// The process ends at some moment, or just after a commit is on disk.
        case crash, crashAfterCommit
        /// The store is gone when the process comes back.
        case storeLost
        /// The machine's clock is changed by up to two hours, either way, while the process is down.
        case clockJump
    }

    static let allCases: [Fault] =
        Call.allCases.map(requestLost) + Call.allCases.map(answerLost) + Call.allCases.map(slow)
        + Service.allCases.map(outage) + Other.allCases.map(other)

    var index: Int {
        let calls = Call.allCases.count
        return switch self {
        case .requestLost(let call): call.rawValue
        case .answerLost(let call): calls + call.rawValue
        case .slow(let call): 2 * calls + call.rawValue
        case .outage(let service): 3 * calls + service.rawValue
        case .other(let other): 3 * calls + Service.allCases.count + other.rawValue
        }
    }

    /// No job may wait long for these alone.
    var isOfHooks: Bool {
        switch self {
        case .other(.hookLost), .other(.hookLate), .other(.hookDoubled): true
        case .requestLost, .answerLost, .slow, .outage, .other: false
        }
    }

    var name: String {
        switch self {
        case .requestLost(let call): "requestLost.\(call)"
        case .answerLost(let call): "answerLost.\(call)"
        case .slow(let call): "slow.\(call)"
        case .outage(let service): "outage.\(service)"
        case .other(let other): "\(other)"
        }
    }
}
