internal import SlipwayCore

/// A census for a person.
enum AgentTable {
    static func text(_ census: AgentCensus) -> String {
        guard !census.members.isEmpty else { return "No agents.\n" }
        var table = Table(["AGENT", "POOL", "REGISTRATION", "AGENT TASK", "LAUNCH", "STRAY"])
        for member in census.members {
            table.add([
                member.launch.agentName, member.pool, registration(member.registration), agentTasks(member),
                member.answeredBy?.state.name ?? "none open", strays(member),
            ])
        }
        return table.text
    }

    private static func registration(_ agent: PoolAgent?) -> String {
        guard let agent else { return "none" }
        var words = [agent.isOnline ? "online" : "offline"]
        if !agent.isEnabled { words.append("disabled") }
        if let request = agent.assignedRequest { words.append("job request \(request)") }
        return words.joined(separator: ", ")
    }

    /// Without what is the same in every ARN.
    private static func agentTasks(_ member: AgentCensus.Member) -> String {
        guard !member.agentTasks.isEmpty else { return "none" }
        return member.agentTasks.map { $0.rawValue.split(separator: "/").last.map(String.init) ?? $0.rawValue }
            .joined(separator: ", ")
    }

    private static func strays(_ member: AgentCensus.Member) -> String {
        member.strays.map { stray in
            switch stray {
            case .agentTask: "agent task"
            case .registration: "registration"
            }
        }.joined(separator: ", ")
    }
}

/// A member of the census for a program.
struct AgentResource: Encodable {
    struct Registration: Encodable {
        var id: Int
        var isOnline: Bool
        var isEnabled: Bool
        /// The job request it holds.
        var request: Int64?
    }

    var name: String
    var pool: String
    var launch: String
    /// The state of the open launch that answers for it.
    var launchState: String?
    var registration: Registration?
    var agentTasks: [String]
    var isStray: Bool

    init(_ member: AgentCensus.Member) {
        name = member.launch.agentName
        pool = member.pool
        launch = member.launch.rawValue
        launchState = member.answeredBy?.state.name
        registration = member.registration.map {
            Registration(
                id: $0.id.rawValue, isOnline: $0.isOnline, isEnabled: $0.isEnabled,
                request: $0.assignedRequest?.rawValue)
        }
        agentTasks = member.agentTasks.map(\.rawValue)
        isStray = !member.strays.isEmpty
    }
}
