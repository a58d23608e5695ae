@testable import SlipwayCore

let start = Timestamp(milliseconds: 1_795_500_000_000)
let pool = PoolID(rawValue: 12)
let organization = OrganizationKey(url: "https://dev.azure.com/fabrikam")
let arn = AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:111122223333:task/build-agents/c13b4cb4")

func after(_ seconds: Int) -> Timestamp { start.adding(seconds: seconds) }

func newLaunch(for request: Int64? = 4711, ordinal: Int = 1, profile: String = "small") -> Launch {
    let id =
        request.map {
            LaunchID(organization: organization, pool: pool, request: JobRequestID(rawValue: $0), ordinal: ordinal)
        } ?? LaunchID(organization: organization, pool: pool, nonce: "a1")!
    return Launch(
        id: id, pool: pool, profile: profile, request: request.map(JobRequestID.init), ordinal: ordinal,
        origin: JobOrigin(projectID: "p", runID: 7), reason: "a test", createdAt: start)
}

/// One that is kept warm.
func warmLaunch(_ number: Int = 1, profile: String = "small") -> Launch {
    Launch(
        id: LaunchID(organization: organization, pool: pool, warmOf: profile, at: start, number: number), pool: pool,
        profile: profile, request: nil, ordinal: 1, origin: JobOrigin(), reason: "a test", createdAt: start,
        isWarm: true)
}

/// The launch after these events, each ten seconds after the one before.
func launch(
    _ first: Launch = newLaunch(), after events: [LaunchEvent], rules: LaunchRules = LaunchRules()
) -> Launch {
    var value = first
    for (index, event) in events.enumerated() {
        if let next = value.applying(event, at: after(10 * (index + 1)), rules: rules) { value = next.launch }
    }
    return value
}

func agent(online: Bool = true, holding request: Int64? = nil, of launch: Launch = newLaunch()) -> PoolAgent {
    PoolAgent(
        id: AgentID(rawValue: 99), name: launch.id.agentName, isOnline: online,
        assignedRequest: request.map(JobRequestID.init))
}

/// A pool that was read every 30 seconds, in seconds after the start.
func sight(from first: Int, to last: Int) -> PoolSight {
    var sight = PoolSight()
    for second in stride(from: first, through: last, by: 30) { sight.read(lookedAt: after(second)) }
    return sight
}

func waiting(
    _ id: Int64, demands: [String] = [], queued: Int = 0, priority: Int = 0, project: String? = nil,
    reservation: JobRequest.Reservation? = nil
) -> JobRequest {
    JobRequest(
        id: JobRequestID(rawValue: id), queuedAt: after(queued), demands: demands.map { Demand(parsing: $0) },
        reservation: reservation, origin: JobOrigin(projectID: project), priority: priority)
}

let ladder = [
    Placement(capacity: .capacityProvider("FARGATE_SPOT"), subnets: ["subnet-a"]),
    Placement(capacity: .capacityProvider("FARGATE"), subnets: ["subnet-a"]),
]

func profile(
    _ name: String = "small", capabilities: [String: String] = [:], maximum: Int = 50, replacements: Int = 3
) -> Profile {
    Profile(
        name: name, capabilities: capabilities, taskDefinition: "azp-agent", container: "agent", maximumAgents: maximum,
        placements: ladder, maximumReplacements: replacements)
}

func policy(_ profiles: [Profile] = [profile()], maximum: Int = 1_000) -> PoolPolicy {
    PoolPolicy(id: pool, name: "ecs-linux", organization: organization, profiles: profiles, maximumAgents: maximum)
}

/// A modulus of 2048 bits, told apart by its last byte, which must be odd.
func agentKey(_ last: UInt8 = 1) -> AgentPublicKey {
    AgentPublicKey(modulus: [0x80] + [UInt8](repeating: 7, count: 254) + [last])!
}

func claim(of launch: Launch = newLaunch(), attempt: Int = 1, key: UInt8 = 1) -> AgentClaim {
    AgentClaim(
        launch: launch.id, attempt: attempt, key: agentKey(key), agentVersion: "4.272.0", osDescription: "Debian")
}

let credentials = AgentCredentials(
    agent: AgentID(rawValue: 99), agentName: newLaunch().id.agentName, pool: pool, poolName: "ecs-linux",
    serverURL: "https://dev.azure.com/fabrikam/", clientID: "6f0a7b3e-1111-4222-8333-444455556666",
    authorizationURL: "https://auth.example.com/token")
