import SlipwayCore
import Synchronization

/// The registrations of a pool that a test sets.
final class PlaceholderPool: PlaceholderPort {
    private struct State {
        var agents: [AgentID: RegisteredAgent] = [:]
        var nextID = 100
        var looks = 0
        var changes: [String] = []
        var error: PortError?
        var changeError: PortError?
        var unregistrable: String?
        var isForgetful = false
    }

    private let state = Mutex(State())

    var agents: [RegisteredAgent] {
        state.withLock { $0.agents.values.sorted { $0.id.rawValue < $1.id.rawValue } }
    }
    var looks: Int { state.withLock { $0.looks } }
    /// Every change that was asked for, in its order.
    var changes: [String] { state.withLock { $0.changes } }

    func add(_ name: String, _ capabilities: [String: String], isOnline: Bool = false) {
        state.withLock { state in
            state.nextID += 1
            let id = AgentID(rawValue: state.nextID)
            state.agents[id] = RegisteredAgent(
                id: id, name: name, isOnline: isOnline, version: "4.272.0", systemCapabilities: capabilities)
        }
    }
    func clear() { state.withLock { $0.agents = [:] } }
    func change(_ body: @Sendable (inout RegisteredAgent) -> Void) {
        state.withLock { state in for id in Array(state.agents.keys) { body(&state.agents[id]!) } }
    }
    /// What each call, or each call that changes something, fails with; nil: nothing.
    func fail(_ error: PortError?) { state.withLock { $0.error = error } }
    func failChanges(_ error: PortError?) { state.withLock { $0.changeError = error } }
    /// This one can't be registered for reasons of its own.
    func refuse(_ name: String) { state.withLock { $0.unregistrable = name } }
    /// Replacing takes no effect.
    func forgetReplacements() { state.withLock { $0.isForgetful = true } }

    func markedAgents() async throws(PortError) -> [RegisteredAgent] {
        try state.withLock { (state) throws(PortError) in
            state.looks += 1
            if let error = state.error { throw error }
            return state.agents.values.filter { $0.systemCapabilities?[Placeholder.marker] != nil }
        }
    }

    func registeredAgents() async throws(PortError) -> [RegisteredAgent] {
        try state.withLock { (state) throws(PortError) in
            if let error = state.error { throw error }
            return state.agents.values.map { agent in
                var agent = agent
                agent.systemCapabilities = nil
                return agent
            }
        }
    }

    func registeredAgent(_ id: AgentID) async throws(PortError) -> RegisteredAgent? {
        state.withLock { $0.agents[id] }
    }

    func register(_ placeholder: Placeholder) async throws(PortError) -> PlaceholderAnswer {
        try change("registered \(placeholder.name)") { (state) throws(PortError) in
            if state.unregistrable == placeholder.name { throw PortError(code: .unavailable, message: "no") }
            if state.agents.values.contains(where: { $0.name == placeholder.name }) { return .nameTaken }
            state.nextID += 1
            let id = AgentID(rawValue: state.nextID)
            state.agents[id] = RegisteredAgent(
                id: id, name: placeholder.name, version: Placeholder.version,
                systemCapabilities: placeholder.systemCapabilities)
            return .registered(id)
        }
    }

    func replace(_ id: AgentID, with placeholder: Placeholder) async throws(PortError) {
        try change("replaced \(placeholder.name)") { state in
            guard !state.isForgetful else { return }
            state.agents[id]?.systemCapabilities = placeholder.systemCapabilities
            state.agents[id]?.version = Placeholder.version
            state.agents[id]?.isEnabled = true
        }
    }

    func enable(_ id: AgentID) async throws(PortError) {
        try change("enabled \(id)") { $0.agents[id]?.isEnabled = true }
    }

    func remove(_ id: AgentID) async throws(PortError) {
        try change("removed \(id)") { $0.agents[id] = nil }
    }

    private func change<Result>(
        _ what: String, _ body: (inout State) throws(PortError) -> sending Result
    ) throws(PortError) -> sending Result {
        try state.withLock { (state) throws(PortError) in
            state.changes.append(what)
            if let error = state.changeError { throw error }
            return try body(&state)
        }
    }
}
