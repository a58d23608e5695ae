/// What is to be done about one placeholder of a pool. "Nothing, because …" is one too.
public enum PlaceholderStep: Hashable, Sendable {
    case register(Placeholder)
    /// It lacks something that it should have, in words.
    case replace(AgentID, with: Placeholder, because: String)
    case enable(AgentID, Placeholder)
    /// No profile serves its demand set any more.
    case remove(AgentID, name: String, demands: [Demand])
    case leave(name: String, LeaveReason)

    public enum LeaveReason: Hashable, Sendable {
        case inOrder
        /// This registration, which isn't Slipway's, has the same effect.
        case template(String)
        /// The registration with the placeholder's name isn't Slipway's, or somebody runs an agent under it.
        case nameTaken(isOnline: Bool)
    }

    public var isRegistration: Bool { if case .register = self { true } else { false } }

    /// The registration that is to be changed.
    public var agent: AgentID? {
        switch self {
        case .replace(let id, with: _, because: _), .enable(let id, _), .remove(let id, name: _, demands: _): id
        case .register, .leave: nil
        }
    }
}

/// Compares a pool's registrations with the placeholders that its profiles need. Pure.
///
/// - Parameter agents: those that carry the marker at least. Without the others, what is said to be missing may have a
///   template or another agent of its name.
public func placeholderSteps(profiles: [Profile], agents: [RegisteredAgent]) -> [PlaceholderStep] {
    let wanted = Placeholder.wanted(by: profiles)
    let byName = Dictionary(agents.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    let templates = agents.filter(\.mayBeTemplate)
    let steps = wanted.map { step(for: $0, standing: byName[$0.name], templates) }
    let names = Set(wanted.map(\.name))
    return steps
        + agents.filter { $0.isPlaceholder && !names.contains($0.name.lowercased()) }.sorted { $0.name < $1.name }
        .map { .remove($0.id, name: $0.name, demands: $0.placeholderDemands ?? []) }
}

/// One that stands is kept, whatever templates there are: they may come and go, and a placeholder does no harm.
private func step(
    for placeholder: Placeholder, standing: RegisteredAgent?, _ templates: [RegisteredAgent]
) -> PlaceholderStep {
    guard let standing else {
        if let template = templates.first(where: { $0.satisfies(placeholder.demands) }) {
            return .leave(name: placeholder.name, .template(template.name))
        }
        return .register(placeholder)
    }
    guard standing.isPlaceholder else {
        return .leave(name: placeholder.name, .nameTaken(isOnline: standing.isOnline))
    }
    let lacking = placeholder.lacking(in: standing)
    if !lacking.isEmpty {
        return .replace(standing.id, with: placeholder, because: "it lacks " + lacking.joined(separator: ", "))
    }
    return standing.isEnabled ? .leave(name: placeholder.name, .inOrder) : .enable(standing.id, placeholder)
}

extension Placeholder {
    /// What people or the service add to it stays.
    fileprivate func lacking(in agent: RegisteredAgent) -> [String] {
        let own = Capabilities(agent.systemCapabilities ?? [:])
        let missing = systemCapabilities.filter { !own.satisfies(Demand(name: $0.key, .equals($0.value))) }
        let version = agent.version == nil || agent.version == Self.version ? [] : ["the version \(Self.version)"]
        return missing.map { "\($0.key)=\($0.value)" }.sorted() + version
    }
}
