internal import AWSClient
internal import AsyncHTTPClient
internal import AzureDevOps
internal import Foundation
internal import Logging
internal import SlipwayAzurePipelines
internal import SlipwayCore
internal import SlipwaySQLite

extension DoctorServices {
    /// The real services, as the configuration describes them. Nothing is asked yet.
    ///
    /// Throws if the settings of AWS's own (`~/.aws/config`) can't be read.
    static func live(
        _ loaded: ConfigurationLoader.Loaded, awsHTTP: HTTPClient, azureHTTP: HTTPClient,
        environment: [String: String] = ProcessInfo.processInfo.environment, logger: Logger
    ) throws -> DoctorServices {
        let configuration = loaded.configuration
        let aws = try AWSAccess.client(
            configuration.aws, httpClient: awsHTTP, environment: environment, logger: logger)
        let ecs = ECSClient(client: aws)
        let queue = try AWSAccess.eventQueue(
            configuration.aws, httpClient: awsHTTP, environment: environment, logger: logger)
        let azure = LiveAzureDevOps(
            loaded: loaded, reader: .live(configuration, environment: environment, logger: logger),
            httpClient: azureHTTP, logger: logger)
        return DoctorServices(
            now: { Date() },
            certificate: { try CertificateFacts(chainPath: $0, keyPath: $1) },
            store: { try await StoreFacts(path: $0) },
            launches: { path, pool, profile in
                try await StoreReader.with(path: path) { reader in
                    try await reader.launches(
                        LaunchQuery(pool: pool, profile: profile), limit: StartReview.launchesMaximum
                    )
                    .launches
                }
            },
            secrets: { try await azure.secrets() },
            status: { try await PublicAddress.status(of: $0, azureHTTP) },
            signIn: { try await azure.signIn() },
            pool: { name in
                try await azure.client().pool(named: name).map { PoolFacts(id: $0.id, isHosted: $0.isHosted ?? false) }
            },
            agents: { try await azure.client().agents(poolID: $0, details: .capabilities).map(AgentFacts.init) },
            tryRegistration: { pool, name in
                try await AzureAgentPool(client: try await azure.client(), name: pool).tryRegistration(name)
            },
            unfinishedJobRequestCount: { try await azure.client().unfinishedJobRequests(poolID: $0).count },
            demandedAgentVersions: { try await azure.client().demandedAgentVersions(poolID: $0) },
            newestAgentVersion: { try await azure.client().newestAgentVersion(platform: "linux-x64") },
            mayReadPools: { try await azure.client().mayRead { _ = try await $0.pools() } },
            mayReadBuilds: { try await azure.client().mayReadBuilds() },
            parallelJobs: { try await AzureParallelJobs(client: try await azure.client()).use() },
            hookSubscriptions: {
                try await AzureHookSubscriptions(client: try await azure.client(), receiverURL: $0).subscriptions()
            },
            clockAheadSeconds: {
                try await ServerClock.aheadSeconds(of: configuration.azureDevOps.organization, azureHTTP)
            },
            callerIdentity: { try await STSClient(client: aws).getCallerIdentity().arn },
            cluster: { try await ecs.describeClusters([$0]).clusters.first },
            taskDefinition: { try await ecs.describeTaskDefinition($0).taskDefinition },
            subnets: { try await EC2Client(client: aws).describeSubnets($0) },
            securityGroups: { try await EC2Client(client: aws).describeSecurityGroups($0) },
            fargateQuota: { try await ServiceQuotasClient(client: aws).quota(service: "fargate", code: $0) },
            role: { try await IAMClient(client: aws).role(named: $0) },
            decision: { principal, action, resource, context in
                try await IAMClient(client: aws).simulate(
                    principalARN: principal, action: action, resourceARN: resource, context: context)
            },
            image: { try await ECRClient(client: aws).find($0) },
            hasLogGroup: { try await LogsClient(client: aws).hasLogGroup($0) },
            secret: { try await SecretsManagerClient(client: aws).describeSecret($0) },
            hasParameter: { try await ParameterStoreClient(client: aws).hasParameter($0) },
            eventQueue: { try await queue?.attributes() ?? [:] },
            readEventQueue: { try await queue?.checkPermissions() }
        )
    }
}

extension AgentFacts {
    fileprivate init(_ agent: Agent) {
        let given = agent.userCapabilities ?? [:]
        self.init(
            name: agent.name, version: agent.version,
            capabilities: Capabilities(given.merging(agent.systemCapabilities ?? [:]) { user, _ in user }))
    }
}

/// Reads the secrets once, however many checks ask, and makes the client of them.
private actor LiveAzureDevOps {
    private let loaded: ConfigurationLoader.Loaded
    private let reader: SecretReader
    private let httpClient: HTTPClient
    private let logger: Logger
    private var reading: Task<SlipwaySecrets, any Error>?

    init(loaded: ConfigurationLoader.Loaded, reader: SecretReader, httpClient: HTTPClient, logger: Logger) {
        self.loaded = loaded
        self.reader = reader
        self.httpClient = httpClient
        self.logger = logger
    }

    func secrets() async throws -> SlipwaySecrets {
        if let reading { return try await reading.value }
        let reading = Task { [loaded, reader] in try await loaded.secrets(reader) }
        self.reading = reading
        return try await reading.value
    }

    func client() async throws -> AzureDevOpsClient {
        try AzureDevOpsAccess.client(
            loaded.configuration.azureDevOps, try await secrets().azureDevOps, httpClient: httpClient,
            patience: AzureDevOpsAccess.briefPatience, logger: logger)
    }

    func signIn() async throws -> String? {
        let identity = try await client().connectionData()
        return identity.isAnonymous ? nil : identity.displayName ?? identity.identityID ?? "an identity without a name"
    }
}

extension AzureDevOpsClient {
    /// What a call within one scope is refused for, once the sign-in is known to be good.
    fileprivate func mayRead(_ call: (AzureDevOpsClient) async throws -> Void) async throws -> Bool {
        do {
            try await call(self)
            return true
        } catch let error as AzureDevOpsError where error.code == .accessDenied || error.code == .notSignedIn {
            return false
        }
    }

    /// The list of projects, too, is refused to a token without the scope Build (read), which brings that of the profile.
    fileprivate func mayReadBuilds() async throws -> Bool? {
        var projects: [Project] = []
        guard try await mayRead({ projects = try await $0.projects() }) else { return false }
        guard let project = projects.first else { return nil }
        return try await mayRead { _ = try await $0.newestBuilds(project: project.id, maximum: 1) }
    }

    fileprivate func demandedAgentVersions(poolID: Int) async throws -> [String] {
        try await unfinishedJobRequests(poolID: poolID).flatMap(\.demands).map(Demand.init(parsing:)).compactMap {
            demand in
            guard demand.isAgentVersion, case .minimumVersion(let version) = demand.condition else { return nil }
            return version
        }
    }
}

extension SQSClient {
    /// Receives without hiding what it receives, and deletes by a receipt that nobody gave out: both are refused where
    /// the permission lacks, and neither takes a message away.
    fileprivate func checkPermissions() async throws {
        _ = try await receiveMessages(maximum: 1, waitSeconds: 0, hiddenSeconds: 0)
        do {
            _ = try await deleteMessages(["slipway-doctor"])
        } catch let error as AWSError where error.code.rawValue == "ReceiptHandleIsInvalid" {
            // It was allowed to try.
        }
    }
}

extension AzureAgentPool {
    /// Whatever comes of it, nothing is left in the pool.
    fileprivate func tryRegistration(_ name: String) async throws {
        // Any odd number of its length will do: nobody signs in with it.
        var modulus = (0..<AgentPublicKey.modulusBytes).map { _ in UInt8.random(in: .min ... .max) }
        modulus[0] |= 0x80
        modulus[modulus.count - 1] |= 1
        guard let key = AgentPublicKey(modulus: modulus) else { return }
        do {
            _ = try await register(
                KeyedRegistration(
                    name: name, key: key, agentVersion: "", osDescription: "slipway doctor",
                    capabilities: ["Agent.Name": name]))
        } catch {
            try? await deregister(agentNamed: name)
            throw error
        }
        try await deregister(agentNamed: name)
    }
}
