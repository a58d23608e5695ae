/// Where the cluster tells by itself what becomes of agent tasks: at least once each, and in any order.
///
/// Every call ends within a bounded time.
public protocol AgentTaskEventPort: Sendable {
    /// Waits a while for messages, and answers those that came; none is no error. What isn't acknowledged comes again
    /// after a while.
    func receive() async throws(PortError) -> [AgentTaskMessage]

    /// Drops messages for good. Answers how many could not be dropped, which come again.
    func acknowledge(_ receipts: [AgentTaskMessage.Receipt]) async throws(PortError) -> Int
}

/// A message, as received this time.
public struct AgentTaskMessage: Hashable, Sendable {
    /// What the port needs to drop the message. Opaque, and good until the message is received again.
    public struct Receipt: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public enum Content: Hashable, Sendable {
        case observation(AgentTaskObservation)
        /// Of no launch of ours, in a few words for a log.
        case foreign(String)
        /// Not to be understood, now or later, with what is wrong.
        case unreadable(String)
        /// Harmed on its way: it may be whole when it comes again.
        case damaged
    }

    public var receipt: Receipt
    /// How often it was received, this time included.
    public var receiveCount: Int
    public var content: Content

    public init(receipt: Receipt, receiveCount: Int, content: Content) {
        self.receipt = receipt
        self.receiveCount = receiveCount
        self.content = content
    }
}

/// What the cluster says of one agent task at one time.
public struct AgentTaskObservation: Hashable, Sendable {
    public var agentTask: AgentTaskID
    /// The launch that its `startedBy` names.
    public var launch: LaunchID
    /// Grows with each change of the agent task; nil where the cluster doesn't tell.
    public var version: Int?
    public var status: AgentTaskStatus
    public var facts: AgentTaskFacts?

    public init(
        agentTask: AgentTaskID, launch: LaunchID, version: Int?, status: AgentTaskStatus, facts: AgentTaskFacts? = nil
    ) {
        self.agentTask = agentTask
        self.launch = launch
        self.version = version
        self.status = status
        self.facts = facts
    }
}
