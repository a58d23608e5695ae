internal import SlipwayCore

/// What auditors ask of a launch: who, from what, where.
extension LaunchResource {
    /// Persons are ids of identities.
    public struct Run: Encodable, Sendable {
        public var requestedFor: String?
        public var requestedBy: String?
        public var cause: String?
        public var repository: String?
        public var branch: String?
        public var commit: String?
        public var queuedAt: String?
        public var projectName: String?

        init(_ run: RunFacts) {
            requestedFor = run.requestedFor
            requestedBy = run.requestedBy
            cause = run.cause
            repository = run.repository
            branch = run.branch
            commit = run.commit
            queuedAt = run.queuedAt?.description
            projectName = run.projectName
        }
    }

    public struct AgentTaskFacts: Encodable, Sendable {
        public var region: String?
        public var capacityProvider: String?
        public var launchType: String?
        public var availabilityZone: String?
        /// CPU units: 1,024 are a vCPU.
        public var cpu: Int?
        /// MiB.
        public var memory: Int?
        public var ephemeralStorageGiB: Int?
        public var platformFamily: String?
        public var architecture: String?
        public var platformVersion: String?
        public var taskDefinition: String?
        public var image: String?
        public var imageDigest: String?
        public var subnet: String?
        public var networkInterface: String?
        public var privateAddress: String?
        public var createdAt: String?
        public var pullStartedAt: String?
        public var startedAt: String?
        public var stoppedAt: String?

        init(_ facts: SlipwayCore.AgentTaskFacts) {
            region = facts.region
            capacityProvider = facts.capacityProvider
            launchType = facts.launchType
            availabilityZone = facts.availabilityZone
            cpu = facts.cpu
            memory = facts.memory
            ephemeralStorageGiB = facts.ephemeralStorageGiB
            platformFamily = facts.platformFamily
            architecture = facts.architecture
            platformVersion = facts.platformVersion
            taskDefinition = facts.taskDefinition
            image = facts.image
            imageDigest = facts.imageDigest
            subnet = facts.subnet
            networkInterface = facts.networkInterface
            privateAddress = facts.privateAddress
            createdAt = facts.createdAt?.description
            pullStartedAt = facts.pullStartedAt?.description
            startedAt = facts.startedAt?.description
            stoppedAt = facts.stoppedAt?.description
        }
    }

    public struct Definition: Encodable, Sendable {
        public var id: String
        public var taskRole: String?
        public var executionRole: String?
        public var networkMode: String?
        public var securityGroups: [String]?
        /// Their names, never their values.
        public var secrets: [String]

        init(_ definition: AgentTaskDefinition) {
            id = definition.id
            taskRole = definition.taskRole
            executionRole = definition.executionRole
            networkMode = definition.networkMode
            securityGroups = definition.securityGroups
            secrets = definition.secrets
        }
    }
}
