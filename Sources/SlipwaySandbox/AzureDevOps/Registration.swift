import Foundation

/// An agent that is registered in a pool, whether or not it was ever online.
struct Registration: Sendable {
    let id: Int
    let poolID: Int
    let name: String
    var version: String
    var osDescription: String
    var isEnabled: Bool
    let createdAt: Date
    var statusChangedAt: Date?
    var clientID: String
    var publicKey: AgentBody.PublicKey?
    var systemCapabilities: [String: String] { didSet { index() } }
    var userCapabilities: [String: String] = [:] { didSet { index() } }

    var sessionID: String?
    var requestID: Int?
    var lastRequestID: Int?
    /// The agent said that it takes no more jobs.
    var isLeaving = false

    /// Both kinds of capabilities by lower-case name.
    private var capabilities: [String: String] = [:]

    init(
        id: Int, poolID: Int, name: String, version: String, osDescription: String, isEnabled: Bool, createdAt: Date,
        clientID: String, publicKey: AgentBody.PublicKey?, systemCapabilities: [String: String]
    ) {
        self.id = id
        self.poolID = poolID
        self.name = name
        self.version = version
        self.osDescription = osDescription
        self.isEnabled = isEnabled
        self.createdAt = createdAt
        self.clientID = clientID
        self.publicKey = publicKey
        self.systemCapabilities = systemCapabilities
        index()
    }

    /// Without a key it can never come online, and is there so that jobs queue.
    var isPlaceholder: Bool { publicKey == nil }
    var isOnline: Bool { sessionID != nil }
    /// Online, enabled, without a job and staying.
    var isIdle: Bool { isOnline && isEnabled && requestID == nil && !isLeaving }

    /// `Agent.Name` and `Agent.Version` are there even when the registration's body lacks them.
    func capability(_ name: String) -> String? {
        let key = name.lowercased()
        return capabilities[key] ?? (key == "agent.version" ? version : key == "agent.name" ? self.name : nil)
    }

    func satisfies(_ demands: [Demand]) -> Bool {
        demands.allSatisfy { $0.isSatisfied(by: self) }
    }

    private mutating func index() {
        capabilities = [:]
        for (name, value) in systemCapabilities { capabilities[name.lowercased()] = value }
        for (name, value) in userCapabilities { capabilities[name.lowercased()] = value }
    }
}

/// The connection of a listener: while there is one, its agent is online.
struct AgentSession: Sendable {
    let id: String
    let agentID: Int
    let ownerName: String
    var lastContact: Date
    var isPolling = false
    var messages: [AgentMessage] = []
    var nextMessageID = 1
}

struct AgentMessage: Sendable, Encodable {
    let messageId: Int
    let messageType: String
    let body: String
}

/// The body of creating, replacing or updating an agent.
struct AgentBody: Codable, Sendable {
    struct PublicKey: Codable, Sendable {
        var exponent: String?
        var modulus: String?
    }

    struct Authorization: Codable, Sendable {
        var publicKey: PublicKey?
    }

    var id: Int?
    var name: String?
    var version: String?
    var osDescription: String?
    var enabled: Bool?
    var maxParallelism: Int?
    var provisioningState: String?
    var authorization: Authorization?
    var systemCapabilities: [String: String]?
    var userCapabilities: [String: String]?
}
