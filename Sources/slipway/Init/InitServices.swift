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
    /// That of agent tasks of that family which run now; nil: none runs, or none has a network interface of its own.
    var network: @Sendable (_ region: String, _ cluster: String, _ family: String) async throws -> InitNetwork?
    /// nil: there is no default VPC with subnets.
    var defaultNetwork: @Sendable (_ region: String) async throws -> InitNetwork?
    /// The URL of the queue of this name; nil: there is none.
    var queueURL: @Sendable (_ region: String, _ name: String) async throws -> String?
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
            network: { region, cluster, family in
                let client = try await aws.client(region)
                let interfaces = try await ECSClient(client: client).interfaces(of: family, cluster: cluster)
                return try await EC2Client(client: client).network(interfaces)
            },
            defaultNetwork: { try await EC2Client(client: try await aws.client($0)).defaultNetwork() },
            queueURL: { try await SQSQueue.url(named: $1, client: try await aws.client($0)) })
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
    /// The network interfaces of its agent tasks that run now, and the subnets they are in.
    fileprivate func interfaces(of family: String, cluster: String) async throws -> [(id: String?, subnet: String)] {
        let page = try await listTasksPage(cluster: cluster, .family(family), pageMaximum: 100)
        guard !page.taskARNs.isEmpty else { return [] }
        return try await describeTasks(page.taskARNs, cluster: cluster).tasks.flatMap(\.attachments).compactMap {
            attachment in
            func detail(_ name: String) -> String? {
                attachment.details.first { $0.name == name }?.value.flatMap { $0.isEmpty ? nil : $0 }
            }
            return detail("subnetId").map { (detail("networkInterfaceId"), $0) }
        }
    }
}

extension EC2Client {
    /// Security groups and public addresses are known to EC2 alone. Who may not ask it has the subnets at least.
    fileprivate func network(_ interfaces: [(id: String?, subnet: String)]) async throws -> InitNetwork? {
        guard !interfaces.isEmpty else { return nil }
        var network = InitNetwork(origin: .agentTasks, subnets: Set(interfaces.map(\.subnet)).sorted())
        let unknown = "their security groups and public addresses could not be read"
        let seen: [NetworkInterface]
        do { seen = try await describeNetworkInterfaces(interfaces.compactMap(\.id)) } catch {
            network.doubt = InitNetwork.doubt(unknown, because: error)
            return network
        }
        guard let first = seen.first else {
            network.doubt = unknown
            return network
        }
        // Those of all of them: profiles may differ, and then neither's are meant.
        if seen.allSatisfy({ Set($0.securityGroups) == Set(first.securityGroups) }) {
            network.securityGroups = first.securityGroups.sorted()
        } else {
            network.doubt = "they have different security groups, so none was taken"
        }
        network.assignsPublicIP = seen.allSatisfy(\.hasPublicIP)
        if !network.assignsPublicIP, seen.contains(where: \.hasPublicIP) {
            network.doubt = "only some of them have a public address, so none is asked for"
        }
        return network
    }

    fileprivate func defaultNetwork() async throws -> InitNetwork? {
        guard let vpc = try await defaultVPC() else { return nil }
        // Those that lead outside: others may have been added for what must not.
        let subnets = try await subnets(ofVPC: vpc).filter { $0.isAvailable && $0.assignsPublicIP }
        guard !subnets.isEmpty else { return nil }
        return InitNetwork(origin: .defaultVPC(vpc), subnets: subnets.map(\.id).sorted(), assignsPublicIP: true)
    }
}
