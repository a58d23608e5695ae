internal import ArgumentParser
internal import AzureDevOps
internal import Foundation
internal import Logging
internal import SlipwayCore
internal import SlipwaySQLite

struct LaunchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Make one launch by hand: an agent comes online, for whichever job comes first.",
        discussion: """
            The launch is put into the store. If a server runs on that store, it does the rest; if none does, this \
            command runs the engine itself until the agent is online or the launch is over.

            Examples:
              slipway launch --profile small --wait
              slipway launch --pool ecs-linux --profile large
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("The profile to launch.", valueName: "name"))
    var profile: String

    @Option(help: ArgumentHelp("The pool it is of; needed only if several have such a profile.", valueName: "name"))
    var pool: String?

    @Flag(help: "Follow it, and print each phase, until the agent is online or the launch is over.")
    var wait = false

    func run() async throws {
        let output = Output.standard
        let logger = ServerLog.quiet
        let loaded = try options.load(output)
        let choice = try LaunchChoice(loaded.configuration, pool: pool, profile: profile)
        let secrets = try await loaded.secrets(.live(loaded.configuration, logger: logger))
        let poolID = try await Self.poolID(choice.pool.name, loaded.configuration, secrets, logger)
        let launch = try choice.launch(
            poolID: poolID, organization: loaded.configuration.azureDevOps.organization, nonce: Self.nonce(),
            now: SystemInstant.now)
        let path = loaded.configuration.store.path
        if let refusal = Self.refusalWithoutServer(choice.profile), try StoreLock.holder(ofStore: path) == nil {
            throw refusal
        }
        let lock = try Self.lock(path)
        defer { lock?.close() }
        // Where no server runs this is the first to run on the store, perhaps; one that runs has it as it needs it.
        let store = try lock == nil ? SQLiteStore(existing: path) : SQLiteStore(path: path)
        try await store.closing { store in
            try await store.commit(LaunchBatch(inserts: [launch], entries: [launch.openingEntry()]))
            try output.line(launch.id.rawValue)
            try await drive(
                launch, choice, loaded.configuration, secrets, store, runsEngine: lock != nil, output)
        }
    }

    private func drive(
        _ launch: Launch, _ choice: LaunchChoice, _ configuration: SlipwayConfiguration, _ secrets: SlipwaySecrets,
        _ store: SQLiteStore, runsEngine: Bool, _ output: Output
    ) async throws {
        try await StoreReader.with(path: configuration.store.path) { reader in
            let follower = LaunchFollower(
                limitSeconds: choice.limitSeconds, read: { try await reader.launch(launch.id) },
                print: { output.message($0) })
            if runsEngine {
                output.message("No server runs on this store, so the engine runs here until the agent is online.")
                try await Self.runEngineAndFollow(launch, follower, configuration, secrets, store)
            } else if wait {
                try await follower.follow(launch)
            }
        }
    }

    /// Nobody but a server takes claims.
    static func refusalWithoutServer(_ profile: Profile) -> CommandFailure? {
        guard profile.registration == .byClaim else { return nil }
        return CommandFailure(
            .unreachable,
            "profile \(profile.name) is preregistered: its container claims from a running server, and none runs on this "
                + "store; start slipway serve, then launch again")
    }

    /// Whoever holds the store's lock runs the engine. nil: a server does. Throws if that can't be told, before anything is
    /// stored.
    static func lock(_ path: String) throws(StoreError) -> StoreLock? {
        do throws(StoreError) {
            return try StoreLock(path: path)
        } catch  where error.code == .locked {
            return nil
        }
    }

    private static func runEngineAndFollow(
        _ launch: Launch, _ follower: LaunchFollower, _ configuration: SlipwayConfiguration, _ secrets: SlipwaySecrets,
        _ store: SQLiteStore
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await runEngine(configuration, secrets: secrets, store: store, logger: ServerLog.quiet)
                throw CommandFailure(.bug, "the engine ended before the launch did: please report it")
            }
            group.addTask { try await follower.follow(launch) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func poolID(
        _ name: String, _ configuration: SlipwayConfiguration, _ secrets: SlipwaySecrets, _ logger: Logger
    ) async throws -> PoolID {
        try await withHTTPClient(AzureDevOpsClient.httpClientConfiguration) { httpClient in
            let client = try AzureDevOpsAccess.client(
                configuration.azureDevOps, secrets.azureDevOps, httpClient: httpClient,
                patience: AzureDevOpsAccess.briefPatience, logger: logger)
            guard let pool = try await client.pool(named: name) else {
                throw CommandFailure(
                    .notSo,
                    "there is no pool “\(harmless(name))” that this sign-in may see: check pools in the configuration")
            }
            return PoolID(rawValue: pool.id)
        }
    }

    /// Ten letters and digits: unlike any other launch's, by chance alone.
    private static func nonce() -> String {
        String((0..<10).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "0" })
    }
}
