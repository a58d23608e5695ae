/// What the cluster says of an agent task.
public enum AgentTaskStatus: Hashable, Sendable {
    /// Accepted, and not yet running: scheduling, network, image pull.
    case pending
    case running
    /// Told to stop, or stopping by itself.
    case stopping
    case stopped(AgentTaskStop)
    /// The cluster doesn't know it. The API is eventually consistent, so this is believed only after a while.
    case missing
}

/// How an agent task ended.
public struct AgentTaskStop: Hashable, Codable, Sendable {
    /// The cluster's own text (`stoppedReason`) and code.
    public var reason: String
    public var code: String?
    public var exitCode: Int?
    /// The same in a person's words, with what to do.
    public var explanation: String
    /// The cluster took the capacity back. A listener that obeys its warning ends with 0 then, its job cancelled.
    public var isInterruption: Bool { interruption ?? false }
    /// Absent in launches that were stored without it.
    private var interruption: Bool?
    /// The cluster had taken it, and then found no room for it. Like a refusal for want of room, only later.
    public var lacksRoom: Bool { roomless ?? false }
    /// Absent in launches that were stored without it.
    private var roomless: Bool?

    /// Its container ended by itself, and well.
    var isEndOfOneJob: Bool { exitCode == 0 && code == "EssentialContainerExited" && !isInterruption }

    public init(
        reason: String, code: String? = nil, exitCode: Int? = nil, explanation: String? = nil,
        isInterruption: Bool = false, lacksRoom: Bool = false
    ) {
        self.reason = reason
        self.code = code
        self.exitCode = exitCode
        self.explanation = explanation ?? reason
        interruption = isInterruption ? true : nil
        roomless = lacksRoom ? true : nil
    }
}
