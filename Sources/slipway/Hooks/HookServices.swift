internal import AzureDevOps
internal import SlipwayAzurePipelines
internal import SlipwayCore

/// A project of the organization.
struct HookProject: Hashable, Sendable {
    /// In lower case.
    var id: String
    var name: String
}

/// What the `hooks` commands ask Azure DevOps. Closures, so that a test can answer anything, or nothing.
struct HookServices: Sendable {
    /// Where hooks go.
    var receiverURL: String
    /// Those to the receiver's host.
    var survey: @Sendable () async throws -> [SurveyedSubscription]
    /// Answers the new one's id.
    var create: @Sendable (HookSubject) async throws -> String
    /// False if it was not there.
    var delete: @Sendable (_ id: String) async throws -> Bool
    var lastNotice: @Sendable (_ id: String) async throws -> HookNotice?
    var test: @Sendable (ListedSubscription) async throws -> HookTestAnswer
    /// nil: the service keeps no record of the test.
    var testAnswer: @Sendable (_ notification: Int64, _ subscription: String) async throws -> HookTestAnswer?
    /// All that the sign-in may see.
    var projects: @Sendable () async throws -> [HookProject]
    /// By name or identifier; nil: there is none that the sign-in may see.
    var project: @Sendable (_ nameOrID: String) async throws -> HookProject?
    /// The id of whom the organization takes the sign-in for.
    var identity: @Sendable () async throws -> String?
    /// Whether pipelines of the project can use one of the configured pools.
    var usesPools: @Sendable (HookProject) async throws -> Bool
}

extension HookServices {
    /// - Parameter receiverURL: where hooks go, path included.
    static func live(
        _ configuration: SlipwayConfiguration, _ secrets: SlipwaySecrets, receiverURL: String,
        client: AzureDevOpsClient
    ) -> HookServices {
        let hooks = AzureHookSubscriptions(
            client: client, receiverURL: receiverURL, credentials: .init(configuration.hooks, secrets))
        let pools = ConfiguredPools(names: configuration.pools.map(\.name), client: client)
        return HookServices(
            receiverURL: receiverURL, survey: { try await hooks.survey() },
            create: { try await hooks.create($0, replacing: nil) }, delete: { try await hooks.delete($0) },
            lastNotice: { try await hooks.lastNotice(of: $0) }, test: { try await hooks.test($0) },
            testAnswer: { try await hooks.testAnswer($0, of: $1) },
            projects: {
                try await client.projects().filter { ($0.state ?? "wellFormed") == "wellFormed" }.map(HookProject.init)
            },
            project: { name in
                do {
                    return HookProject(try await client.project(name))
                } catch let error as AzureDevOpsError where error.code == .notFound {
                    return nil
                }
            },
            identity: { try await client.connectionData().identityID },
            usesPools: { project in
                for pool in try await pools.ids() {
                    if try await !client.queues(project: project.id, poolID: pool).isEmpty { return true }
                }
                return false
            })
    }
}

extension HookProject {
    fileprivate init(_ project: Project) {
        self.init(id: project.id, name: project.name)
    }
}

/// Looks the pools up once, however many projects are asked about.
private actor ConfiguredPools {
    private let names: [String]
    private let client: AzureDevOpsClient
    private var known: [Int]?

    init(names: [String], client: AzureDevOpsClient) {
        self.names = names
        self.client = client
    }

    func ids() async throws -> [Int] {
        if let known { return known }
        var ids: [Int] = []
        for name in names {
            guard let pool = try await client.pool(named: name) else {
                throw CommandFailure(
                    .notSo,
                    "there is no pool “\(harmless(name))” that this sign-in may see: check pools in the configuration")
            }
            ids.append(pool.id)
        }
        known = ids
        return ids
    }
}
