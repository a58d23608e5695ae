internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "Look at what stands in the pools and runs in the cluster, and tidy it up.",
        subcommands: [AgentsListCommand.self, AgentsPruneCommand.self])
}

struct AgentsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List registrations and agent tasks of ours, and who answers for each.",
        discussion: """
            Asks both services and compares their answers with the store. What no open launch answers for is a stray. \
            Placeholders are listed with their demands. Changes nothing.

            Examples:
              slipway agents list --config slipway.yaml
              slipway agents list --json | jq '.[] | select(.isStray)'
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    func run() async throws {
        let loaded = try options.load()
        try await AgentsAccess.with(loaded) { survey, _ in
            let census = try await survey.look()
            let output = Output.standard
            try output.write(isJSON ? JSONText.of(AgentResource.all(census)) : AgentTable.text(census))
            if census.agentTasksOfOthers > 0 {
                output.message(
                    "\(census.agentTasksOfOthers) agent tasks are of other organizations or pools, and not listed.")
            }
        }
    }
}

struct AgentsPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove what no open launch answers for.",
        discussion: """
            A server does the same by itself, once a minute. A stray is believed only when it is seen again, 60 s \
            later. An agent that has a job is not stopped. Each removal is written to the ledger.

            Examples:
              slipway agents prune --dry-run    only explain
              slipway agents prune
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Explain each stray, and remove nothing.")
    var dryRun = false

    func run() async throws {
        let loaded = try options.load()
        try await AgentsAccess.with(loaded) { survey, reader in
            let path = loaded.configuration.store.path
            let pruning = StrayPruning(
                survey: survey, launch: { try await reader.launch($0) }, record: { try await Self.record($0, path) },
                output: .standard)
            try await pruning.run(isDryRun: dryRun)
        }
    }

    /// Opens the store for one entry, so that a dry run leaves it as it is.
    private static func record(_ entry: LedgerEntry, _ path: String) async throws {
        try await SQLiteStore.with(existing: path) { try await $0.commit(LaunchBatch(entries: [entry])) }
    }
}

/// Both services and the store, for a command that compares them.
private enum AgentsAccess {
    static func with(
        _ loaded: ConfigurationLoader.Loaded, _ body: (AgentSurvey, StoreReader) async throws -> Void
    ) async throws {
        let logger = ServerLog.quiet
        let configuration = loaded.configuration
        // Without a store, everything would look like a stray.
        try await StoreReader.with(path: configuration.store.path) { reader in
            let secrets = try await loaded.secrets(.live(configuration, logger: logger))
            try await Backends.with(configuration, secrets: secrets, logger: logger) { backends in
                try await body(AgentSurvey(configuration, backends, reader), reader)
            }
        }
    }
}
