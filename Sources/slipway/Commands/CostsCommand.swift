internal import ArgumentParser
internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwaySQLite

/// The dimensions by the names that `--by` takes.
enum CostsBy: String, CaseIterable, ExpressibleByArgument {
    case project
    case pipeline
    case profile
    case pool
    case requester
    case capacity
    case day

    var dimension: CostDimension {
        switch self {
        case .project: .project
        case .pipeline: .pipeline
        case .profile: .profile
        case .pool: .pool
        case .requester: .requester
        case .capacity: .capacity
        case .day: .day
        }
    }
}

struct CostsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "costs", abstract: "Estimate what launches cost, by project, pipeline, requester and others.",
        discussion: """
            A launch counts on the day on which it was made (UTC), once it is closed. What is not known is counted, and \
            never guessed. The rows add up to the total exactly.

            Examples:
              slipway costs --by project --month 2026-11
              slipway costs --by requester --since 2026-11-01 --until 2026-11-15
              slipway costs --by day --json
            """)

    @OptionGroup var store: StoreOptions

    @Option(help: "project, pipeline, profile, pool, requester, capacity or day.")
    var by: CostsBy = .project

    @Option(help: ArgumentHelp("A calendar month; the present one if no span is given.", valueName: "2026-11"))
    var month: String?

    @Option(help: ArgumentHelp("From this day on.", valueName: "2026-11-01"))
    var since: String?

    @Option(help: ArgumentHelp("Before this day.", valueName: "2026-11-15"))
    var until: String?

    @Option(
        name: .customLong("price-book"),
        help: ArgumentHelp("Prices of this file, instead of the configured ones.", valueName: "file"))
    var priceBookPath: String?

    func validate() throws {
        guard month == nil || (since == nil && until == nil) else {
            throw ValidationError("--month and --since or --until exclude one another.")
        }
        if let month, Month(month) == nil { throw ValidationError("--month takes a month such as 2026-11.") }
        for day in [since, until] {
            if let day, Day(day) == nil { throw ValidationError("--since and --until take a day such as 2026-11-01.") }
        }
        let span = span(now: SystemInstant.now)
        guard span.start < span.end else { throw ValidationError("--since must be before --until.") }
    }

    private func span(now: Timestamp) -> (start: Timestamp, end: Timestamp) {
        if since == nil, until == nil {
            let month = month.flatMap(Month.init) ?? Month(now)
            return (month.start, month.end)
        }
        let end = until.flatMap(Day.init)?.start ?? Day(number: Day(now).number + 1).start
        return (since.flatMap(Day.init)?.start ?? Timestamp(milliseconds: 0), end)
    }

    func run() async throws {
        let span = span(now: SystemInstant.now)
        try await store.withReaderAndPrices(priceBookPath) { reader, prices in
            let table = try await reader.costs(
                by: by.dimension, from: span.start, to: span.end, prices: prices)
            let report = CostsResource(
                table, by: by.dimension, names: try await reader.projectNames(), from: span.start, to: span.end, prices)
            try Output.standard.write(store.isJSON ? JSONText.of(report) : report.text)
        }
    }
}
