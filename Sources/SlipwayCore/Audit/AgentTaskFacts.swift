/// What the cluster tells of an agent task: its size, where it runs, its image, and when it did what. What isn't told is nil.
public struct AgentTaskFacts: Hashable, Codable, Sendable {
    public var region: String?
    public var capacityProvider: String?
    public var launchType: String?
    public var availabilityZone: String?
    /// CPU units and MiB.
    public var cpu: Int?
    public var memory: Int?
    public var ephemeralStorageGiB: Int?
    /// `Linux`, `Windows_Server_2022_Core`, ….
    public var platformFamily: String?
    /// `x86_64`, `arm64`.
    public var architecture: String?
    public var platformVersion: String?
    /// The revision that it was started from.
    public var taskDefinition: String?
    public var image: String?
    public var imageDigest: String?
    public var subnet: String?
    public var networkInterface: String?
    public var privateAddress: String?
    public var createdAt: Timestamp?
    public var pullStartedAt: Timestamp?
    public var startedAt: Timestamp?
    public var stoppedAt: Timestamp?

    public init() {}

    /// What `newer` tells, and of the rest what was known.
    func updated(by newer: AgentTaskFacts) -> AgentTaskFacts {
        var facts = newer
        facts.fill(from: self)
        return facts
    }

    func completed(by definition: AgentTaskDefinition) -> AgentTaskFacts {
        var facts = self
        facts.cpu = cpu ?? definition.cpu
        facts.memory = memory ?? definition.memory
        facts.ephemeralStorageGiB = ephemeralStorageGiB ?? definition.ephemeralStorageGiB
        facts.platformFamily = platformFamily ?? definition.platformFamily
        facts.architecture = architecture ?? definition.architecture
        return facts
    }

    private mutating func fill(from older: AgentTaskFacts) {
        func fill<Value>(_ path: WritableKeyPath<AgentTaskFacts, Value?>) {
            if self[keyPath: path] == nil { self[keyPath: path] = older[keyPath: path] }
        }
        for path in Self.texts { fill(path.path) }
        for path in Self.numbers { fill(path.path) }
        for path in Self.instants { fill(path.path) }
    }

    // Computed: a stored table of key paths would have to be Sendable.
    private static var texts: [(name: String, path: WritableKeyPath<AgentTaskFacts, String?>)] {
        [
            ("region", \.region), ("capacityProvider", \.capacityProvider), ("launchType", \.launchType),
            ("availabilityZone", \.availabilityZone), ("platformFamily", \.platformFamily),
            ("architecture", \.architecture), ("platformVersion", \.platformVersion),
            ("taskDefinition", \.taskDefinition), ("image", \.image), ("imageDigest", \.imageDigest),
            ("subnet", \.subnet), ("networkInterface", \.networkInterface), ("privateAddress", \.privateAddress),
        ]
    }

    private static var numbers: [(name: String, path: WritableKeyPath<AgentTaskFacts, Int?>)] {
        [("cpu", \.cpu), ("memory", \.memory), ("ephemeralStorageGiB", \.ephemeralStorageGiB)]
    }

    private static var instants: [(name: String, path: WritableKeyPath<AgentTaskFacts, Timestamp?>)] {
        [
            ("createdAt", \.createdAt), ("pullStartedAt", \.pullStartedAt), ("startedAt", \.startedAt),
            ("stoppedAt", \.stoppedAt),
        ]
    }

    /// What of it the ledger has not been told yet.
    func tell(_ facts: inout LedgerFacts, besides old: AgentTaskFacts?) {
        for (name, path) in Self.texts { facts.set(name, self[keyPath: path], ifChangedFrom: old?[keyPath: path]) }
        for (name, path) in Self.numbers where self[keyPath: path] != old?[keyPath: path] {
            if let number = self[keyPath: path] { facts[name] = .integer(Int64(number)) }
        }
        for (name, path) in Self.instants {
            facts.set(name, self[keyPath: path]?.description, ifChangedFrom: old?[keyPath: path]?.description)
        }
    }
}
