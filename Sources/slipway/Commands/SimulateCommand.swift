internal import ArgumentParser
internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwaySQLite

/// Where arrivals are taken from.
enum SimulationSource: String, CaseIterable, ExpressibleByArgument {
    case ledger
}

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Replay recorded jobs against another policy: how long they would have waited, and at what cost.",
        discussion: """
            The jobs that agents of a pool ran are replayed, as they came and as long as they took, against the present \
            configuration and each policy that is given: limits, warm agents, placements, sizes, sweeps. A policy is a \
            configuration file, of which its pool and the pace of starts count. Nothing is launched or changed.

            Examples:
              slipway simulate --from ledger --since 2026-11-01 --policy warm.yaml
              slipway simulate --since 2026-11-01 --policy a.yaml --policy b.yaml --json
              slipway simulate --since 2026-11-01 --until 2026-11-15 --without-hooks
            """)

    @OptionGroup var store: StoreOptions

    @Option(help: "Where the jobs are taken from: ledger.")
    var from: SimulationSource = .ledger

    @Option(help: ArgumentHelp("Launches made on this day (UTC) or later.", valueName: "2026-11-01"))
    var since: String

    @Option(help: ArgumentHelp("Launches made before this day (UTC); absent: until now.", valueName: "2026-11-15"))
    var until: String?

    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp("A configuration to try; may be repeated.", valueName: "file"))
    var policies: [String] = []

    @Option(help: ArgumentHelp("The pool in the configurations; needed if one has several.", valueName: "name"))
    var pool: String?

    @Option(help: ArgumentHelp("The pool in the ledger, by its id; needed if the span has several.", valueName: "id"))
    var poolID: Int?

    @Flag(help: "As if no hook came: jobs are found by the sweep alone.")
    var withoutHooks = false

    @Option(
        name: .customLong("price-book"),
        help: ArgumentHelp("Prices of this file, instead of the configured ones.", valueName: "file"))
    var priceBookPath: String?

    static let maximumPolicies = 8

    func validate() throws {
        try ListArguments.requireDays(since: since, until: until)
        guard policies.count <= Self.maximumPolicies else {
            throw ValidationError("--policy can be given \(Self.maximumPolicies) times at most.")
        }
        guard !policies.isEmpty || store.store.given == nil else {
            throw ValidationError("With --store no configuration is read, so give a --policy.")
        }
        let span = span(now: SystemInstant.now)
        guard span.start < span.end else {
            throw ValidationError("--since must be before --until, and not in the future.")
        }
    }

    private func span(now: Timestamp) -> (start: Timestamp, end: Timestamp) {
        (Day(since)?.start ?? now, until.flatMap(Day.init)?.start ?? now)
    }

    func run() async throws {
        let output = Output.standard
        let span = span(now: SystemInstant.now)
        // Before anything is read: a mistake in the fifth file is told at once.
        let paths = (store.store.given == nil ? [store.store.configuration.path] : []) + policies
        let loaded = try paths.map { path in
            (path: path, configuration: try ConfigurationLoader().load(path: path).configuration)
        }
        try await store.withReaderAndPrices(priceBookPath) { reader, prices in
            let (recording, start) = try await LedgerRecording(reader: reader, prices: prices).read(
                pool: poolID, from: span.start, to: span.end,
                progress: { output.progress("reading launches: \($0)") })
            output.clearProgress()
            let simulated = try loaded.map { path, configuration in
                let policy = try SimulatedPolicy(
                    configuration, path: path, pool: pool, id: recording.pool, hasHooks: !withoutHooks)
                try policy.requireProfiles(of: recording)
                return policy
            }
            let outcomes = simulated.map { simulated in
                let outcome = Replay.run(recording, simulated.policy, from: start, to: span.end) { done in
                    output.progress("\(harmless(simulated.name)): \(done) of \(recording.jobs.count) jobs")
                }
                output.clearProgress()
                return (policy: simulated.name, outcome: outcome)
            }
            let report = SimulationReport(recording, outcomes, from: start, to: span.end)
            try output.write(store.isJSON ? JSONText.of(report) : report.text)
        }
    }
}
