/// What an agent task was started from, as far as an auditor asks: roles, network, and the names of secrets. Never a secret.
public struct AgentTaskDefinition: Hashable, Codable, Sendable {
    /// Its id in the cluster, with the revision. What it names never changes.
    public var id: String
    /// What the job may do.
    public var taskRole: String?
    /// What the cluster may do to start it.
    public var executionRole: String?
    public var networkMode: String?
    /// Of the placement that took it.
    public var securityGroups: [String]?
    /// Of the agent's container: the variable, and where its value comes from.
    public var secrets: [String]
    public var cpu: Int?
    public var memory: Int?
    public var ephemeralStorageGiB: Int?
    public var platformFamily: String?
    public var architecture: String?

    public init(
        id: String, taskRole: String? = nil, executionRole: String? = nil, networkMode: String? = nil,
        secrets: [String] = [], cpu: Int? = nil, memory: Int? = nil, ephemeralStorageGiB: Int? = nil,
        platformFamily: String? = nil, architecture: String? = nil
    ) {
        self.id = id
        self.taskRole = taskRole
        self.executionRole = executionRole
        self.networkMode = networkMode
        self.secrets = secrets
        self.cpu = cpu
        self.memory = memory
        self.ephemeralStorageGiB = ephemeralStorageGiB
        self.platformFamily = platformFamily
        self.architecture = architecture
    }

    func tell(_ facts: inout LedgerFacts) {
        facts.set("definition", id, ifChangedFrom: nil)
        facts.set("taskRole", taskRole, ifChangedFrom: nil)
        facts.set("executionRole", executionRole, ifChangedFrom: nil)
        facts.set("networkMode", networkMode, ifChangedFrom: nil)
        if let securityGroups { facts["securityGroups"] = .text(securityGroups.joined(separator: ",")) }
        facts["secrets"] = .text(secrets.joined(separator: ", "))
    }
}
