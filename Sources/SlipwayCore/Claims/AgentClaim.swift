/// What a starting container asks for with a valid claim code: that its launch's agent be registered with the key that
/// it made, and what the agent signs in with.
public struct AgentClaim: Hashable, Sendable {
    public var launch: LaunchID
    /// The call of RunTask that started the container, by its claim code.
    public var attempt: Int
    public var key: AgentPublicKey
    /// As the container says; bounded and printable.
    public var agentVersion: String
    public var osDescription: String
    /// The address that it came from.
    public var source: String

    public init(
        launch: LaunchID, attempt: Int, key: AgentPublicKey, agentVersion: String = "", osDescription: String = "",
        source: String = ""
    ) {
        self.launch = launch
        self.attempt = attempt
        self.key = key
        self.agentVersion = agentVersion
        self.osDescription = osDescription
        self.source = source
    }
}

/// What becomes of a claim.
public enum ClaimAnswer: Hashable, Sendable {
    case granted(AgentCredentials)
    case refused(ClaimRefusal)
    /// The pool or the store did not do it. The container asks again, with the same key.
    case unavailable(String)
}

/// Why a claim with a valid code is refused for good.
public enum ClaimRefusal: String, Hashable, Sendable, CaseIterable {
    /// The launch is not starting any more, or never was.
    case late
    /// Another agent task of the launch has claimed, or is the one that counts.
    case otherAgentTask
    /// The code was used already, with another key.
    case used
    /// The organization does not let Slipway register agents; the launch says so.
    case notRegistered

    /// For the container's log.
    public var reason: String {
        switch self {
        case .late: "the launch is not starting any more"
        case .otherAgentTask: "another agent task of this launch counts"
        case .used: "the code was used already, with another key"
        case .notRegistered: "the organization does not let Slipway register the agent"
        }
    }
}
