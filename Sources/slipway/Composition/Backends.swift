internal import AWSClient
internal import AsyncHTTPClient
internal import AzureDevOps
internal import Foundation
internal import Logging
internal import SlipwayAzurePipelines
internal import SlipwayCore
internal import SlipwayECS
internal import SlipwayEngine

/// The two services, as the configuration describes them. Nothing is asked yet.
struct Backends: Sendable {
    let engineConfiguration: EngineConfiguration
    let aws: AWSClient
    let azure: AzureDevOpsClient
    let agentTasks: ECSAgentTasks
    let runs: AzureRuns
    let plans: AzurePlans
    /// Nil where no queue is configured.
    let agentTaskEvents: ECSAgentTaskEvents?
    /// Nil where the receiver's address is not configured.
    let hooks: AzureHookSubscriptions?
    /// Nil where their limit is not respected.
    let parallelJobs: AzureParallelJobs?

    /// Makes the clients, and shuts their connections down when `body` has ended.
    ///
    /// - Parameter calls: counts their calls; nil: nobody does.
    static func with<Result: Sendable>(
        _ configuration: SlipwayConfiguration, secrets: SlipwaySecrets,
        environment: [String: String] = ProcessInfo.processInfo.environment, calls: CallMetrics? = nil,
        logger: Logger, _ body: (Backends) async throws -> Result
    ) async throws -> Result {
        try await withHTTPClient(AWSClient.httpClientConfiguration) { awsHTTP in
            try await withHTTPClient(AzureDevOpsClient.httpClientConfiguration) { azureHTTP in
                let aws = try AWSAccess.client(
                    configuration.aws, httpClient: awsHTTP, environment: environment, onAttempt: calls?.noteAWS,
                    logger: logger)
                var patience = AzureDevOpsClient.Configuration()
                patience.onAttempt = calls?.noteAzureDevOps
                let azure = try AzureDevOpsAccess.client(
                    configuration.azureDevOps, secrets.azureDevOps, httpClient: azureHTTP, patience: patience,
                    logger: logger)
                let queue = try AWSAccess.eventQueue(
                    configuration.aws, httpClient: awsHTTP, environment: environment, onAttempt: calls?.noteAWS,
                    logger: logger)
                let hooks = configuration.receiver.hookURL.map {
                    AzureHookSubscriptions(
                        client: azure, receiverURL: $0, credentials: .init(configuration.hooks, secrets))
                }
                return try await body(
                    Backends(
                        configuration, claims: try ClaimOffer(configuration, secrets), aws: aws, queue: queue,
                        azure: azure, hooks: hooks))
            }
        }
    }

    private init(
        _ configuration: SlipwayConfiguration, claims: ClaimOffer?, aws: AWSClient, queue: SQSClient?,
        azure: AzureDevOpsClient,
        hooks: AzureHookSubscriptions?
    ) {
        self.aws = aws
        self.azure = azure
        self.hooks = hooks
        let containers = Set(configuration.pools.flatMap(\.profiles).map(\.container))
        agentTasks = ECSAgentTasks(
            ecs: ECSClient(client: aws), cluster: configuration.aws.cluster, containers: containers)
        runs = AzureRuns(client: azure)
        plans = AzurePlans(client: azure)
        parallelJobs = configuration.azureDevOps.respectParallelJobs ? AzureParallelJobs(client: azure) : nil
        agentTaskEvents = queue.map {
            ECSAgentTaskEvents(sqs: $0, cluster: configuration.aws.cluster, containers: containers)
        }
        engineConfiguration = EngineConfiguration(
            organizationURL: configuration.azureDevOps.organization, claims: claims,
            sizes: SizeOffers(FargatePair.cpus.map { ($0, FargateSize.memoryOffered(cpuUnits: $0)) }),
            pools: configuration.pools.map { pool in
                let port = AzureAgentPool(client: azure, name: pool.name)
                return EngineConfiguration.Pool(
                    name: pool.name, profiles: pool.profiles, maximumAgents: pool.maximumAgents,
                    maximumAgentsPerProject: pool.maximumAgentsPerProject, sweepSeconds: pool.sweepSeconds,
                    whenGivenUp: pool.whenGivenUp, whenInterrupted: pool.whenInterrupted, port: port,
                    placeholders: pool.placeholders, placeholderPort: port)
            },
            startBurst: configuration.aws.startBurst, startsPerSecond: configuration.aws.startsPerSecond,
            activeSweepMilliseconds: Int64(configuration.engine.activeSweepMilliseconds),
            repairsHooks: configuration.hooks.repair)
    }

    /// - Parameter isServer: false for a command that is there for a moment: it looks at neither hooks nor placeholders.
    func makeEngine(
        store: any LedgerStore, isServer: Bool = false, time: any TimeSource,
        observers: [any LaunchObserver] = [], poolObservers: [any PoolObserver] = [],
        bookingObservers: [any BookingObserver] = [],
        closedLaunch: @escaping @Sendable (LaunchID) async throws -> Launch? = { _ in nil },
        budgets: BudgetPolicy? = nil, logger: Logger
    ) -> Engine {
        var configuration = engineConfiguration
        if !isServer { for index in configuration.pools.indices { configuration.pools[index].placeholders = .leave } }
        return Engine(
            configuration: configuration, store: store, agentTasks: agentTasks,
            agentTaskEvents: agentTaskEvents, runs: runs, hooks: isServer ? hooks : nil,
            plans: isServer ? plans : nil, parallelJobs: parallelJobs, budgets: budgets, time: time,
            observers: observers, poolObservers: poolObservers, bookingObservers: bookingObservers,
            closedLaunch: closedLaunch, logger: logger)
    }
}

extension AzureHookSubscriptions.Credentials {
    /// Any secret that is accepted would do; the first is taken.
    init(_ hooks: SlipwayConfiguration.Hooks, _ secrets: SlipwaySecrets) {
        self.init(
            username: hooks.username, password: secrets.hookPasswords.first?.revealed,
            header: hooks.header.flatMap { header in
                secrets.hookHeaderValues.first.map { (name: header.name, value: $0.revealed) }
            })
    }
}
