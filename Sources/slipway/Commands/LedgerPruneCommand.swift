internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

struct LedgerPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove the old beginning of the ledger; the rest stays provable.",
        discussion: """
            Removes records, closed launches and deliveries from before a day, and records how many, with the hash \
            of the last one, so that slipway ledger verify goes on from there. What an open launch, a drain or a pause needs \
            stays, and this month's costs count against budgets. Stop \
            the server first: removing takes long writes that a job's start would wait for. The file keeps its size, \
            and uses the space again.

            Examples:
              slipway ledger prune --before 2026-05-01 --dry-run
              slipway ledger prune --before 2026-05-01
              slipway ledger prune --before 2026-05-01 --keep-open
            """)

    @OptionGroup var store: StorePathOptions

    @Option(help: ArgumentHelp("Remove what is from before this day (UTC).", valueName: "2026-05-01"))
    var before: String

    @Flag(
        name: .customLong("keep-open"),
        help: "Stop before the first record that an open launch, a drain or a pause needs, instead of refusing.")
    var keepOpen = false

    @Flag(name: .customLong("dry-run"), help: "Say what would be removed, and remove nothing.")
    var isDryRun = false

    /// A job request may wait for days, and what was done for it counts.
    static let minimumAgeDays: Int64 = 7

    static func latest(at now: Timestamp) -> Day {
        Day(number: min(Day(now).number - minimumAgeDays, Day(Month(now).start).number))
    }

    func validate() throws {
        guard Day(before) != nil else { throw ValidationError("--before takes a day such as 2026-05-01.") }
    }

    func run() async throws {
        guard let day = Day(before) else { throw ValidationError("--before takes a day such as 2026-05-01.") }
        let latest = Self.latest(at: SystemInstant.now)
        guard day.number <= latest.number else {
            throw CommandFailure(
                .usage,
                "--before takes \(latest) or an earlier day: jobs may wait for \(Self.minimumAgeDays) days, and this month's "
                    + "costs count against budgets")
        }
        let path = try store.path()
        let plan = try await Self.plan(path, before: day.start)
        try refuse(plan)
        let output = Output.standard
        guard plan.removed.records > 0 else { return try output.line("Nothing is older than that.") }
        if isDryRun {
            return try output.line("Would remove \(Self.words(plan.removed)), up to record \(plan.through).")
        }
        guard let lock = try LaunchCommand.lock(path) else {
            let holder = try StoreLock.holder(ofStore: path) ?? "another process"
            throw CommandFailure(
                .unreachable,
                "a server runs on this store (\(holder)): stop it first, since removing takes long writes that a job's start "
                    + "would wait for")
        }
        defer { lock.close() }
        // A launch may have been made since.
        let final = try await Self.plan(path, before: day.start)
        try refuse(final)
        try await Self.verify(path, output)
        let removed = try await Self.prune(final, path, output)
        output.clearProgress()
        try output.line("Removed \(Self.words(removed)), up to record \(final.through).")
    }

    private func refuse(_ plan: PruningPlan) throws(CommandFailure) {
        guard !keepOpen else { return }
        switch plan.keptFor {
        case .open(let launch):
            throw CommandFailure(
                .notSo,
                "launch \(launch) is open, or counts for an open one, and its records are older than \(before): "
                    + "end it, or give --keep-open to prune what is older than that")
        case .hold(let subject):
            throw CommandFailure(
                .notSo,
                "the hold on \(harmless(subject)) is older than \(before), and its record is what keeps it: take it up again "
                    + "(slipway resume, slipway profiles resume NAME --pool POOL), or give --keep-open to prune what is older "
                    + "than that")
        case .closedLater, nil: return
        }
    }

    /// What is removed can't be looked at again, so what contradicts it must be known before.
    private static func verify(_ path: String, _ output: Output) async throws {
        let progress = VerificationProgressLine(output)
        let found = try await StoreReader.with(path: path) { reader in try await reader.verify { progress.show($0) } }
        progress.clear()
        guard !found.isSound else { return }
        throw CommandFailure(
            .notSo, "the ledger doesn't verify, so nothing is pruned: slipway ledger verify says what is wrong")
    }

    private static func plan(_ path: String, before: Timestamp) async throws -> PruningPlan {
        try await StoreReader.with(path: path) { try await $0.pruningPlan(before: before) }
    }

    private static func prune(_ plan: PruningPlan, _ path: String, _ output: Output) async throws -> PrunedCounts {
        try await SQLiteStore.with(existing: path) { store in
            try await store.prune(plan, at: SystemInstant.now) { done in
                output.progress("removing: \(done) of \(plan.removed.records) records")
            }
        }
    }

    private static func words(_ counts: PrunedCounts) -> String {
        "\(counts.records) records, \(counts.launches) launches and \(counts.deliveries) deliveries"
    }
}
