/// What a sandbox consists of. The defaults are a small organization with one pool, and one cluster in one region.
public struct SandboxConfiguration: Sendable {
    /// Everything drawn at random follows from it.
    public var seed: UInt64
    public var azureDevOps: AzureDevOps
    public var ecs: ECS
    public var hooks: Hooks
    public var timing: Timing
    /// Without containers an agent task stays RUNNING until it is stopped: for measuring a launcher alone.
    public var simulatesContainers = true

    public init(seed: UInt64 = 1, timing: Timing = .realistic) {
        var generator = SeededGenerator(seed: seed ^ 0x5A17_B0A7)
        self.seed = seed
        self.timing = timing
        azureDevOps = AzureDevOps(token: generator.hex(52), organizationID: generator.uuid())
        ecs = ECS(secretAccessKey: generator.hex(40))
        hooks = Hooks()
    }

    /// For measuring: nothing takes time, no quota applies.
    public static func instant(seed: UInt64 = 1) -> Self {
        var configuration = Self(seed: seed, timing: .instant)
        configuration.ecs.limits = .unlimited
        return configuration
    }
}

extension SandboxConfiguration {
    public struct AzureDevOps: Sendable {
        public var organization = "fabrikam"
        public var organizationID: String
        /// The personal access token that every call must carry.
        public var token: String
        /// Bearer tokens that are valid too, as an Entra application would present.
        public var bearerTokens: [String] = []
        public var projects = [Project(name: "shipyard", id: "0c5e1c52-94b3-4a6e-8d47-0f2d6a1b7e10")]
        public var pools = [Pool(name: "ecs-linux", id: 44)]
        /// Version that the simulated agents report.
        public var agentVersion = "4.272.0"
        /// The demand that the service adds to every job. `nil` adds none.
        public var minimumAgentVersion: String? = "2.182.1"
        /// Jobs of private projects that run at once; those beyond wait, whatever agents there are. `nil` is without limit.
        public var parallelJobs: Int?
        /// Whether a job that demands an agent by name reserves it while it is offline.
        public var reservesOfflineAgents = true
        /// Real time that the endpoint of a server task has for its answer.
        public var serverTaskLimit: Duration = .seconds(20)
        /// Real time that the endpoint of a gate has.
        public var gateLimit: Duration = .seconds(3)
        /// Whether callbacks about a plan are taken with the organization's token too. Not documented of the service.
        public var plansAcceptOrganizationToken = true
        /// Whether server tasks know `System.StageAttempt` and `System.JobAttempt`. Not documented of the service.
        public var knowsAttempts = true
        /// Whether the macro of an empty input stays. Not documented of the service.
        public var leavesMacrosOfEmptyInputs = false

        init(token: String, organizationID: String) {
            self.token = token
            self.organizationID = organizationID
        }
    }

    public struct Project: Sendable, Equatable {
        public var name: String
        public var id: String
        public var isPublic: Bool
        /// The pools that its pipelines may use; nil: all.
        public var pools: [Int]?

        public init(name: String, id: String, isPublic: Bool = false, pools: [Int]? = nil) {
            self.name = name
            self.id = id
            self.isPublic = isPublic
            self.pools = pools
        }
    }

    public struct Pool: Sendable, Equatable {
        public var name: String
        public var id: Int
        /// System capabilities of agents that are registered but never started, so that jobs queue instead of failing
        /// at once. One agent each.
        public var placeholders: [[String: String]]

        public init(name: String, id: Int, placeholders: [[String: String]] = [[:]]) {
            self.name = name
            self.id = id
            self.placeholders = placeholders
        }
    }

    public struct ECS: Sendable {
        public var region = "eu-west-1"
        public var accountID = "111122223333"
        public var accessKeyID = "AKIASANDBOXEXAMPLE00"
        public var secretAccessKey: String
        /// When set, every call must carry it.
        public var sessionToken: String?
        /// Other keys that are valid too: access key id to secret.
        public var furtherKeys: [String: String] = [:]
        public var clusters = ["build-agents"]
        public var capacityProviders = ["FARGATE", "FARGATE_SPOT"]
        public var taskDefinition = AgentTaskDefinition()
        /// Values of Secrets Manager and SSM: ARN to value. The agent definition's token is added by itself.
        public var secrets: [String: String] = [:]
        public var limits = RequestLimits.standard
        /// Whether containers that claim use one key, for measurements: one that makes its own takes a tenth of a second or more
        /// of the processors that the server under test has.
        public var containersShareKey = false
        /// vCPUs that may run at the same time; over it RunTask answers in `failures[]`. `nil` is without limit.
        public var vCPUQuota: Double?

        init(secretAccessKey: String) {
            self.secretAccessKey = secretAccessKey
        }
    }

    /// The definition of the agent task that the sandbox registers at start.
    public struct AgentTaskDefinition: Sendable {
        public var family = "azp-agent"
        public var container = "agent"
        public var cpu = "1024"
        public var memory = "2048"
        public var stopTimeoutSeconds = 120
        public var environment: [String: String] = [:]
        /// Whether its container is given the organization's token, which preregistered agents don't need.
        public var givesToken = true
        /// Where the organization's token is kept; `AZP_TOKEN` refers to it.
        public var tokenSecretARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:azp-token-AbCdEf"
    }

    /// The request quotas of ECS: the published numbers times a factor.
    public struct RequestLimits: Sendable, Equatable {
        public var factor: Double
        var isUnlimited = false

        public static let standard = RequestLimits(factor: 1)
        public static let unlimited = RequestLimits(factor: 1, isUnlimited: true)

        /// Quotas that are `factor` times the published ones.
        public static func scaled(by factor: Double) -> Self { RequestLimits(factor: factor) }
    }

    public struct Hooks: Sendable {
        /// PEM file with the certificate, or its authority, that the receivers of hooks present. `nil` trusts the
        /// system's roots.
        public var trustRootFile: String?
        /// Real time that a receiver has for its answer. The service's own limit is not published.
        public var timeoutSeconds = 10
        /// How a job event spells the state of a running job. Published sources disagree: `running` or `inProgress`.
        public var runningJobState = "running"
        /// Posts under way at one time.
        public var maximumConcurrentPosts = 64

        public init(trustRootFile: String? = nil) {
            self.trustRootFile = trustRootFile
        }
    }
}
