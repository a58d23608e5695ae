internal import SlipwayCore

/// A census for a person.
enum AgentTable {
    static func text(_ census: AgentCensus) -> String {
        guard !census.members.isEmpty || !census.placeholders.isEmpty else { return "No agents.\n" }
        var table = Table(["AGENT", "POOL", "REGISTRATION", "AGENT TASK", "LAUNCH", "STRAY"])
        for member in census.members {
            table.add([
                member.agentName, member.pool, registration(member.registration), agentTasks(member),
                member.answeredBy?.state.name ?? "none open", strays(member),
            ])
        }
        for placeholder in census.placeholders {
            let state = placeholder.agent.isEnabled ? "offline" : "offline, disabled"
            table.add([
                placeholder.agent.name, placeholder.pool, state, "none",
                "placeholder: \(demandText(placeholder.demands))", "",
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
            switch stray.kind {
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
    /// Nil: it is a placeholder, or a booked agent that no open launch answers for.
    var launch: String?
    /// The state of the open launch that answers for it.
    var launchState: String?
    var registration: Registration?
    var agentTasks: [String]
    var isStray: Bool
    /// The demand set that a placeholder stands for.
    var placeholderDemands: [String]?

    init(_ member: AgentCensus.Member) {
        name = member.agentName
        pool = member.pool
        launch = member.launch?.rawValue
        launchState = member.answeredBy?.state.name
        registration = member.registration.map {
            Registration(
                id: $0.id.rawValue, isOnline: $0.isOnline, isEnabled: $0.isEnabled,
                request: $0.assignedRequest?.rawValue)
        }
        agentTasks = member.agentTasks.map(\.rawValue)
        isStray = !member.strays.isEmpty
    }

    init(_ placeholder: AgentCensus.PlaceholderMember) {
        name = placeholder.agent.name
        pool = placeholder.pool
        registration = Registration(
            id: placeholder.agent.id.rawValue, isOnline: placeholder.agent.isOnline,
            isEnabled: placeholder.agent.isEnabled)
        agentTasks = []
        isStray = false
        placeholderDemands = placeholder.demands.map(\.description)
    }

    /// All that a census lists, in the order of its table.
    static func all(_ census: AgentCensus) -> [AgentResource] {
        census.members.map(AgentResource.init) + census.placeholders.map(AgentResource.init)
    }
}
