internal import SlipwayCore
internal import SlipwayEngine
internal import SlipwaySQLite

/// Reads the cluster, the configured pools and the store for a census.
struct AgentSurvey: Sendable {
    struct Pool: Sendable {
        var name: String
        var port: any AgentPoolPort
        /// Nil: its placeholders are not looked at.
        var placeholderPort: (any PlaceholderPort)?
    }

    var organization: OrganizationKey
    var pools: [Pool]
    var agentTasks: any AgentTaskPort
    var openLaunches: @Sendable () async throws -> [Launch]

    func look() async throws -> AgentCensus {
        let running = try await agentTasks.agentTasks(besides: [])
        var read: [AgentCensus.Pool] = []
        for pool in pools {
            let policy = PoolPolicy(
                id: try await pool.port.poolID(), name: pool.name, organization: organization, profiles: [])
            let registrations = try await pool.port.agents(namedWithPrefix: LaunchID.agentNamePrefix)
            let placeholders = try await pool.placeholderPort?.markedAgents() ?? []
            read.append(
                AgentCensus.Pool(policy: policy, registrations: registrations, placeholders: placeholders))
        }
        // Only now, so that a launch that was made meanwhile is known.
        return AgentCensus(read, agentTasks: running, launches: try await openLaunches())
    }

    /// The port of the pool that a launch's id names.
    func port(named name: String) -> (any AgentPoolPort)? { pools.first { $0.name == name }?.port }
}

extension AgentSurvey {
    init(_ configuration: SlipwayConfiguration, _ backends: Backends, _ reader: StoreReader) {
        self.init(
            organization: OrganizationKey(url: configuration.azureDevOps.organization),
            pools: backends.engineConfiguration.pools.map {
                Pool(name: $0.name, port: $0.port, placeholderPort: $0.placeholderPort)
            },
            agentTasks: backends.agentTasks, openLaunches: { try await reader.openLaunches() })
    }
}

extension StoreReader {
    /// All of them, page by page. One that is closed or opened meanwhile may be among them or not.
    func openLaunches() async throws(StoreError) -> [Launch] {
        var launches: [Launch] = []
        var cursor: LaunchCursor?
        repeat {
            let page = try await self.launches(
                LaunchQuery(isOpen: true), after: cursor, limit: Self.maximumLimit)
            // What a launch that can't be read answers for would look like nobody's, and be pruned.
            if let unreadable = page.unreadable.first { throw unreadable.error }
            launches += page.launches
            cursor = page.next
        } while cursor != nil
        return launches
    }
}
