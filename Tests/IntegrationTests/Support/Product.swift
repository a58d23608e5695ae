import AWSClient
import AsyncHTTPClient
import AzureDevOps
import Foundation
import Logging
import SlipwayAzurePipelines
import SlipwayCore
import SlipwayECS
import SlipwayEngine
import SlipwaySQLite
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// The real engine, store and clients against simulated services, a hundred times faster than the real ones.
struct Product: World {
    let sandbox: Sandbox
    let engine: Engine
    let folder: Folder
    let database: String

    static func with(
        pools: [String] = ["ecs-linux"], profiles: [Profile] = [profile()], whenInterrupted: WhenInterrupted = .leave,
        configure: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: @Sendable (Product) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration(seed: 7)
        configuration.azureDevOps.pools = pools.enumerated().map { number, name in
            .init(name: name, id: 44 + number, placeholders: [[:], ["size": "large"]])
        }
        configure(&configuration)
        try await withSandbox(configuration, clock: RealClock(speed: 100)) { sandbox, endpoints in
            let folder = try Folder()
            defer { folder.remove() }
            let database = folder.path("slipway.db")
            let store = try SQLiteStore(path: database)
            try await withClient(AWSClient.httpClientConfiguration) { awsHTTP in
                try await withClient(AzureDevOpsClient.httpClientConfiguration) { azureHTTP in
                    let engine = try engine(
                        sandbox, endpoints, pools, profiles, whenInterrupted, store, awsHTTP, azureHTTP)
                    let product = Product(sandbox: sandbox, engine: engine, folder: folder, database: database)
                    let running = Task { try await engine.run() }
                    do {
                        try await body(product)
                    } catch {
                        running.cancel()
                        _ = await running.result
                        throw error
                    }
                    running.cancel()
                    _ = await running.result
                }
            }
            await store.close()
        }
    }

    private static func engine(
        _ sandbox: Sandbox, _ endpoints: Sandbox.Endpoints, _ pools: [String], _ profiles: [Profile],
        _ whenInterrupted: WhenInterrupted, _ store: SQLiteStore, _ awsHTTP: HTTPClient, _ azureHTTP: HTTPClient
    ) throws -> Engine {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let ecs = sandbox.configuration.ecs
        let credentials = AWSCredentials(
            accessKeyID: ecs.accessKeyID, secretAccessKey: ecs.secretAccessKey, sessionToken: nil, expiration: nil,
            source: "test")
        var awsConfiguration = AWSClient.Configuration()
        awsConfiguration.attemptTimeout = .seconds(2)
        let aws = AWSClient(
            region: try AWSRegion(ecs.region), credentials: StaticCredentialProvider(credentials), httpClient: awsHTTP,
            endpoints: AWSEndpoints(override: try AWSEndpoint(endpoints.ecs)), configuration: awsConfiguration,
            logger: logger)
        var azureConfiguration = AzureDevOpsClient.Configuration()
        azureConfiguration.attemptTimeout = .seconds(2)
        let azure = AzureDevOpsClient(
            organization: try OrganizationURL(endpoints.azureDevOps),
            authenticator: try PersonalAccessToken(sandbox.configuration.azureDevOps.token), httpClient: azureHTTP,
            configuration: azureConfiguration, logger: logger)
        return Engine(
            configuration: EngineConfiguration(
                organizationURL: endpoints.azureDevOps,
                pools: pools.map { name in
                    .init(
                        name: name, profiles: profiles, sweepSeconds: 1, whenInterrupted: whenInterrupted,
                        port: AzureAgentPool(client: azure, name: name))
                }, startBurst: 100, startsPerSecond: 100, activeSweepMilliseconds: 100,
                parallelJobsMilliseconds: 200),
            store: store,
            agentTasks: ECSAgentTasks(ecs: ECSClient(client: aws), cluster: "build-agents", containers: ["agent"]),
            runs: AzureRuns(client: azure), parallelJobs: AzureParallelJobs(client: azure),
            time: SystemTime(), logger: logger)
    }

    private static func withClient(
        _ configuration: HTTPClient.Configuration, _ body: (HTTPClient) async throws -> Void
    ) async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do { try await body(client) } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    static func profile(
        _ name: String = "small", capabilities: [String: String] = [:], replacements: Int = 3
    ) -> Profile {
        Profile(
            name: name, capabilities: capabilities, taskDefinition: "azp-agent", container: "agent",
            placements: [
                Placement(capacity: .capacityProvider("FARGATE_SPOT"), subnets: ["subnet-a"], securityGroups: ["sg-1"]),
                Placement(capacity: .capacityProvider("FARGATE"), subnets: ["subnet-a"], securityGroups: ["sg-1"]),
            ],
            deadlines: Deadlines(
                startSeconds: 30, onlineSeconds: 15, idleSeconds: 3, busySeconds: 600, leaveSeconds: 2,
                surplusSeconds: 1
            ),
            maximumReplacements: replacements)
    }
}
