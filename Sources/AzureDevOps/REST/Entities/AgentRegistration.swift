/// The body that creates or replaces an agent: what `config.sh` sends, or what a placeholder needs.
///
/// With a public key the answer tells what an agent signs in with. Without one the agent can never come online; it only
/// makes the pool accept jobs with its capabilities.
public struct AgentRegistration: Sendable, Equatable {
    /// The public half of the agent's RSA key, as base64 of big-endian bytes without a sign byte.
    public struct PublicKey: Sendable, Equatable, Encodable {
        public var exponent: String
        public var modulus: String

        public init(exponent: String = "AQAB", modulus: String) {
            self.exponent = exponent
            self.modulus = modulus
        }
    }

    /// Unique in the pool.
    public var name: String
    public var version: String
    public var osDescription: String
    public var enabled: Bool?
    public var publicKey: PublicKey?
    public var systemCapabilities: [String: String]
    /// Kept by the service if nil.
    public var userCapabilities: [String: String]?

    public init(
        name: String,
        version: String,
        osDescription: String,
        enabled: Bool? = nil,
        publicKey: PublicKey? = nil,
        systemCapabilities: [String: String] = [:],
        userCapabilities: [String: String]? = nil
    ) {
        self.name = name
        self.version = version
        self.osDescription = osDescription
        self.enabled = enabled
        self.publicKey = publicKey
        self.systemCapabilities = systemCapabilities
        self.userCapabilities = userCapabilities
    }
}

/// The wire form; `id` stands in replacements only.
struct AgentRegistrationBody: Encodable, Sendable {
    private struct Authorization: Encodable, Sendable {
        var publicKey: AgentRegistration.PublicKey
    }

    private let id: Int?
    private let name: String
    private let version: String
    private let osDescription: String
    private let enabled: Bool?
    private let status: String?
    private let maxParallelism = 1
    private let provisioningState = "Provisioned"
    private let authorization: Authorization?
    private let systemCapabilities: [String: String]
    private let userCapabilities: [String: String]?

    init(_ registration: AgentRegistration, id: Int? = nil) {
        self.id = id
        name = registration.name
        version = registration.version
        osDescription = registration.osDescription
        enabled = registration.enabled
        // Without a key it is never anything else.
        status = registration.publicKey == nil ? "offline" : nil
        authorization = registration.publicKey.map { Authorization(publicKey: $0) }
        systemCapabilities = registration.systemCapabilities
        userCapabilities = registration.userCapabilities
    }
}
