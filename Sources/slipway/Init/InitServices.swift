internal import AWSClient
internal import AsyncHTTPClient
internal import AzureDevOps
internal import Foundation
internal import Logging
internal import SlipwayCore

/// What `slipway init` looks up. Closures, so that a test can answer anything, or nothing. All of them read only.
struct InitServices: Sendable {
    /// The names of the pools that could be served; nil: no token or no organization is at hand.
    var pools: (@Sendable () async throws -> [String])?
    /// As every AWS tool finds it.
    var region: @Sendable () async throws -> String
    /// The ARN of the identity that signs calls.
    var callerIdentity: @Sendable (_ region: String) async throws -> String
    /// Names.
    var clusters: @Sendable (_ region: String) async throws -> [String]
    /// nil: there is no such cluster.
    var cluster: @Sendable (_ region: String, _ name: String) async throws -> ECSCluster?
    /// Families of task definitions.
    var families: @Sendable (_ region: String) async throws -> [String]
    var taskDefinition: @Sendable (_ region: String, _ name: String) async throws -> TaskDefinition
    /// Those in which agent tasks of that family run now.
    var subnets: @Sendable (_ region: String, _ cluster: String, _ family: String) async throws -> [String]
}

extension InitServices {
    /// - Parameter token: the organization's; nil: none is at hand.
    static func live(
        _ given: InitGiven, token: SecretText?, awsHTTP: HTTPClient, azureHTTP: HTTPClient,
        environment: [String: String] = ProcessInfo.processInfo.environment, logger: Logger
    ) -> InitServices {
        let aws = InitAWS(given, httpClient: awsHTTP, environment: environment, logger: logger)
        var pools: (@Sendable () async throws -> [String])?
        if let token, let organization = given.organization {
            pools = {
                let client = try AzureDevOpsAccess.client(
                    SlipwayConfiguration.AzureDevOps(
                        organization: organization, signIn: .token(.inline(token))),
                    .token(token), httpClient: azureHTTP, patience: AzureDevOpsAccess.briefPatience, logger: logger)
                return try await client.pools()
                    .filter { $0.isHosted != true && ($0.poolType ?? "automation") == "automation" }.map(\.name)
            }
        }
        return InitServices(
            pools: pools, region: { try await aws.region() },
            callerIdentity: { try await STSClient(client: try await aws.client($0)).getCallerIdentity().arn },
            clusters: { try await aws.ecs($0).listClusters(limit: Self.maximumListed).map(Self.lastPart) },
            cluster: { try await aws.ecs($0).describeClusters([$1]).clusters.first },
            families: { try await aws.ecs($0).listTaskDefinitionFamilies(limit: Self.maximumListed) },
            taskDefinition: { try await aws.ecs($0).describeTaskDefinition($1).taskDefinition },
            subnets: { try await aws.ecs($0).subnets(of: $2, cluster: $1) })
    }

    /// More than anybody chooses from.
    private static let maximumListed = 1_000

    /// The name in `arn:aws:ecs:eu-west-1:111122223333:cluster/build-agents`.
    private static func lastPart(_ arn: String) -> String { arn.split(separator: "/").last.map(String.init) ?? arn }
}

/// AWS with the credentials that every AWS tool would find here; one client for each region, so that credentials are
/// fetched once.
private actor InitAWS {
    private let given: InitGiven
    private let httpClient: HTTPClient
    private let environment: [String: String]
    private let logger: Logger
    private var clients: [String: AWSClient] = [:]

    init(_ given: InitGiven, httpClient: HTTPClient, environment: [String: String], logger: Logger) {
        self.given = given
        self.httpClient = httpClient
        self.environment = environment
        self.logger = logger
    }

    func region() async throws -> String {
        let settings = try AWSSettings(variables: environment, homeDirectory: NSHomeDirectory())
        return try await settings.region(httpClient: httpClient, logger: logger).name
    }

    func client(_ region: String) throws -> AWSClient {
        if let client = clients[region] { return client }
        let configuration = SlipwayConfiguration.AWS(region: region, cluster: "", endpoint: given.endpoint)
        let client = try AWSAccess.client(
            configuration, httpClient: httpClient, environment: environment, logger: logger)
        clients[region] = client
        return client
    }

    func ecs(_ region: String) throws -> ECSClient { ECSClient(client: try client(region)) }
}

extension ECSClient {
    /// What DescribeTasks tells of their network interfaces. Security groups are not among it.
    fileprivate func subnets(of family: String, cluster: String) async throws -> [String] {
        let page = try await listTasksPage(cluster: cluster, .family(family), pageMaximum: 100)
        guard !page.taskARNs.isEmpty else { return [] }
        let tasks = try await describeTasks(page.taskARNs, cluster: cluster).tasks
        let subnets = tasks.flatMap(\.attachments).flatMap(\.details).filter { $0.name == "subnetId" }
        return Set(subnets.compactMap(\.value)).filter { !$0.isEmpty }.sorted()
    }
}
