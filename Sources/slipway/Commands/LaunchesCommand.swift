internal import ArgumentParser
internal import Foundation
internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwaySQLite

struct LaunchesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launches",
        abstract: "Look at launches, one agent and its agent task each; stop one, or try one again.",
        subcommands: [
            LaunchesListCommand.self, LaunchesShowCommand.self, LaunchesStopCommand.self, LaunchesRetryCommand.self,
        ])
}

struct LaunchesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List launches, newest first.",
        discussion: """
            Examples:
              slipway launches list --open
              slipway launches list --state cleaning --state busy --limit 10
              slipway launches list --pool 7 --json | jq '.[].outcome'
              slipway launches list --profile large --outcome failed --since 2026-11-01
            """)

    @OptionGroup var store: StoreOptions

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp(
            "Only launches in this state; may be repeated: \(LaunchesListCommand.states.joined(separator: ", ")).",
            valueName: "state"))
    var wantedStates: [String] = []

    @Option(help: ArgumentHelp("Only launches of the pool with this id.", valueName: "id"))
    var pool: Int?

    @Flag(name: .customLong("open"), help: "Only launches that are not closed.")
    var isOpen = false

    @Option(help: ArgumentHelp("Only launches of this profile.", valueName: "name"))
    var profile: String?

    @Option(help: ArgumentHelp("Only launches for this project, by its id or name.", valueName: "project"))
    var project: String?

    @Option(help: ArgumentHelp("Only launches for this pipeline, by its id or name.", valueName: "pipeline"))
    var pipeline: String?

    @Option(
        help: ArgumentHelp(
            "Only launches that ended so: \(LaunchesListCommand.outcomes.joined(separator: ", ")).", valueName: "kind"))
    var outcome: String?

    @Option(help: ArgumentHelp("Made on this day (UTC) or later.", valueName: "2026-11-01"))
    var since: String?

    @Option(help: ArgumentHelp("Made before this day (UTC).", valueName: "2026-11-15"))
    var until: String?

    @Option(help: ArgumentHelp("The page that begins there, as the page before it says.", valueName: "place"))
    var after: String?

    @Option(help: ArgumentHelp("How many at most, from 1 to 1000.", valueName: "count"))
    var limit = 50

    static let outcomes = LaunchOutcome.Kind.allCases.map(\.rawValue)

    /// `LaunchState.name` of each state, in the order of a launch's life.
    static let states = ["planned", "starting", "pending", "online", "busy", "finished", "cleaning", "closed"]

    func validate() throws {
        for state in wantedStates { try ListArguments.require(state, among: Self.states, "state") }
        try ListArguments.require(outcome, among: Self.outcomes, "outcome")
        try ListArguments.requireDays(since: since, until: until)
        if let after, LaunchCursor(after) == nil {
            throw ValidationError("--after takes a place as the page before says it.")
        }
        try ListArguments.require(limit: limit)
    }

    func run() async throws {
        let wanted = SlipwaySQLite.LaunchQuery(
            pool: pool.map(PoolID.init), profile: profile,
            pipeline: pipeline.map { text in Int(text).map { .id($0) } ?? .name(text) }, states: Set(wantedStates),
            isOpen: isOpen ? true : nil, outcome: outcome.flatMap(LaunchOutcome.Kind.init),
            since: since.flatMap(Day.init)?.start, until: until.flatMap(Day.init)?.start)
        try await store.withReader { reader in
            var query = wanted
            query.project = try await ProjectChoice.id(of: project, reader)
            let page = try await reader.launches(query, after: after.flatMap { LaunchCursor($0) }, limit: limit)
            let output = Output.standard
            if store.isJSON {
                try output.write(JSONText.of(page.launches.map(LaunchResource.init)))
            } else {
                try output.write(LaunchTable.text(page.launches, now: SystemInstant.now))
            }
            for unreadable in page.unreadable { output.message("slipway: " + harmless(unreadable.error.description)) }
            if let next = page.next { output.message("There are more: give --after \(next).") }
        }
    }
}

struct LaunchesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one launch: what it is for, how far it came, why, and its records.",
        discussion: """
            Examples:
              slipway launches show 3f2a1b-7-4711-1
              slipway launches show 3f2a1b-7-4711     the beginning of an id will do
            """)

    @OptionGroup var store: StoreOptions

    @Argument(help: "The launch's id, or the beginning of it.")
    var id: String

    /// A launch has some twenty records; one with more than this is shown with its first ones.
    static let maximumRecords = 1_000

    func run() async throws {
        try await store.withReaderAndPrices { reader, prices in
            let launch = try Self.only(try await reader.launch(matching: id), id)
            let records = try await reader.records(about: launch.id.rawValue, limit: Self.maximumRecords)
            let output = Output.standard
            if store.isJSON {
                try output.write(JSONText.of(LaunchStory(launch, records, prices, now: SystemInstant.now)))
            } else {
                let deliveries = try await Self.deliveries(of: launch, reader)
                try output.write(LaunchStoryText.of(launch, records, deliveries, prices, now: SystemInstant.now))
            }
        }
    }

    private static let maximumDeliveries = 20

    /// Oldest first.
    private static func deliveries(of launch: Launch, _ reader: StoreReader) async throws -> LaunchStoryText.Deliveries
    {
        let made = try await reader.deliveries(about: launch.origin, limit: maximumDeliveries)
        let ran = try await reader.deliveries(about: launch.ranOrigin ?? JobOrigin(), limit: maximumDeliveries)
        return LaunchStoryText.Deliveries(madeFor: made.map(\.number).reversed(), ran: ran.map(\.number).reversed())
    }

    static func only(_ match: LaunchMatch, _ id: String) throws -> Launch {
        switch match {
        case .one(let launch): return launch
        case .none:
            throw CommandFailure(
                .notSo, "there is no launch “\(harmless(String(id.prefix(80))))”: see slipway launches list")
        case .several(let ids):
            throw CommandFailure(
                .notSo, "several launches begin so: \(ids.map(\.rawValue).joined(separator: ", ")); give more of the id"
            )
        }
    }
}

/// The wall clock, for the edge of the program.
enum SystemInstant {
    static var now: Timestamp { Timestamp(Date()) }
}
