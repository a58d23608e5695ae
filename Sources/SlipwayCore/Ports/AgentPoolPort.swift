/// One agent pool: its job requests, which are the truth about what waits, and its registrations.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol AgentPoolPort: Sendable {
    /// The pool's id in the organization, by its name.
    func poolID() async throws(PortError) -> PoolID

    /// All unfinished job requests. Throws rather than answer a part of them.
    func unfinishedJobRequests() async throws(PortError) -> [JobRequest]

    /// One job request, finished or not; nil when the service doesn't know it.
    func jobRequest(_ id: JobRequestID) async throws(PortError) -> JobRequest?

    /// The registrations whose name begins with `prefix`, each with the job request it holds.
    func agents(namedWithPrefix prefix: String) async throws(PortError) -> [PoolAgent]

    /// Registers an agent with the key of its container and answers what it signs in with.
    func register(_ registration: KeyedRegistration) async throws(PortError) -> KeyedRegistrationAnswer

    /// Gives a registration the key of another container, which makes every credential that it had worthless. Sent once: a
    /// repetition that arrived late would do that to the agent that runs by then.
    func replace(
        _ id: AgentID, with registration: KeyedRegistration
    ) async throws(PortError) -> AgentCredentials

    /// Registers a booked agent before its container runs, without a key, so that jobs can demand its name. Called again for
    /// the same launch it answers the same registration.
    func register(_ registration: BoundRegistration) async throws(PortError) -> BoundRegistrationAnswer

    /// Deletes the registration of that name if it was made for the launch, and confirms that there is none. Another's is
    /// left alone.
    func deregister(agentNamed name: String, madeFor launch: LaunchID) async throws(PortError)

    /// Disables the agent, so that it is given no further job; the one it has goes on. No error where there is none.
    ///
    /// - Parameter id: its id as last seen, which spares a look; the name is what counts.
    func disable(agentNamed name: String, id: AgentID?) async throws(PortError)

    /// Disables the agent so that it is given no further job, and only then reads which job it holds. One that holds a
    /// job already is left as it is. A registration that nobody has come under, and whose job was given to it and never
    /// received, is deleted: so nobody can come any more, and the job waits again.
    func quiesce(agentNamed name: String) async throws(PortError) -> QuiesceAnswer

    /// Deletes the registration if there is one, and confirms that there is none. Refused by the service while it
    /// counts a job as running on it.
    func deregister(agentNamed name: String) async throws(PortError)
}

/// An agent to be registered before its container runs.
public struct BoundRegistration: Hashable, Sendable {
    public var name: String
    /// Among its capabilities, so that a repeated call knows its own.
    public var launch: LaunchID
    /// What jobs may demand of it.
    public var capabilities: [String: String]

    public init(_ launch: Launch, profile: Profile) {
        name = launch.agentName
        self.launch = launch.id
        capabilities = profile.capabilities
        capabilities["Agent.Name"] = launch.agentName
        capabilities["Agent.Version"] = Placeholder.version
    }

    /// The capability whose value is the launch's id.
    public static let marker = "Slipway.Launch"
}

public enum BoundRegistrationAnswer: Hashable, Sendable {
    case registered(AgentID)
    /// By an agent that was not made for this launch.
    case nameTaken
}

public enum QuiesceAnswer: Hashable, Sendable {
    /// No such registration, or disabled and without a job.
    case quiesced
    case busy(JobRequestID)
}

public enum KeyedRegistrationAnswer: Hashable, Sendable {
    case registered(AgentCredentials)
    /// By this registration, under which nobody runs.
    case nameTaken(AgentID)
    /// By an agent that is online or holds a job.
    case inUse
}
