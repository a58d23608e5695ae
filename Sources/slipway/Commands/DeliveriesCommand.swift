internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "Look at what Azure DevOps has delivered, and hand it in again.",
        subcommands: [DeliveriesListCommand.self, DeliveriesShowCommand.self, DeliveriesReplayCommand.self])
}

/// A delivery by its number, written `12` or `delivery-12`.
enum DeliveryNumber {
    static func read(_ text: String) throws(CommandFailure) -> Int64 {
        let digits = text.hasPrefix("delivery-") ? String(text.dropFirst("delivery-".count)) : text
        guard let number = Int64(digits), number > 0 else {
            throw CommandFailure(
                .usage,
                "“\(harmless(String(text.prefix(80))))” is no delivery: write its number, such as 12 or delivery-12")
        }
        return number
    }

    static func find(_ text: String, in reader: StoreReader) async throws -> StoredDelivery {
        let number = try read(text)
        guard let delivery = try await reader.delivery(number) else {
            throw CommandFailure(.notSo, "there is no delivery-\(number): see slipway deliveries list")
        }
        return delivery
    }
}

struct DeliveriesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List deliveries, newest first.",
        discussion: """
            Examples:
              slipway deliveries list --limit 20
              slipway deliveries list --disposition rejected
              slipway deliveries list --run 4177 --json
              slipway deliveries list --event job-state-changed --project Fabrikam
              slipway deliveries list --before 1200        the next page
            """)

    @OptionGroup var store: StoreOptions

    @Option(help: "Only accepted, ignored or rejected ones.")
    var disposition: String?

    @Option(help: ArgumentHelp("Only those that hint at this pipeline run.", valueName: "id"))
    var run: Int?

    @Option(help: ArgumentHelp("Only those that hint at this job.", valueName: "id"))
    var job: String?

    @Option(help: ArgumentHelp("Only those that hint at this project, by its id or name.", valueName: "project"))
    var project: String?

    @Option(help: ArgumentHelp("Only those of this event.", valueName: "job-state-changed"))
    var event: String?

    @Flag(help: "Only those that repeat an earlier one.")
    var duplicates = false

    @Option(help: ArgumentHelp("Received on this day (UTC) or later.", valueName: "2026-11-01"))
    var since: String?

    @Option(help: ArgumentHelp("Received before this day (UTC).", valueName: "2026-11-15"))
    var until: String?

    @Option(help: ArgumentHelp("Only those before this one.", valueName: "number"))
    var before: Int64?

    @Option(help: "How many at most, from 1 to 1000.")
    var limit = 50

    func validate() throws {
        try ListArguments.require(
            disposition, among: Delivery.Disposition.allCases.map(\.rawValue), "disposition")
        try ListArguments.requireDays(since: since, until: until)
        try ListArguments.require(limit: limit)
    }

    func run() async throws {
        var query = DeliveryQuery()
        query.disposition = disposition.flatMap(Delivery.Disposition.init)
        query.isDuplicate = duplicates ? true : nil
        (query.run, query.job, query.event) = (run, job, event)
        query.since = since.flatMap(Day.init)?.start
        query.until = until.flatMap(Day.init)?.start
        let wanted = query
        try await store.withReader { reader in
            var query = wanted
            query.project = try await ProjectChoice.id(of: project, reader)
            let page = try await reader.deliveries(query, before: before ?? .max, limit: limit)
            let output = Output.standard
            if store.isJSON {
                try output.write(JSONText.of(DeliveryListResource(page)))
            } else {
                try output.write(DeliveryTable.text(page.deliveries, now: SystemInstant.now))
                if let next = page.next { output.message("There are more: give --before \(next).") }
            }
        }
    }
}

struct DeliveriesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one delivery: what was recorded, and its job's launches.",
        discussion: """
            The body is not kept: its digest is.

            Examples:
              slipway deliveries show 12
              slipway deliveries show delivery-12 --json
            """)

    @OptionGroup var store: StoreOptions

    @Argument(help: "The delivery's number.")
    var number: String

    func run() async throws {
        try await store.withReader { reader in
            let delivery = try await DeliveryNumber.find(number, in: reader)
            let story = DeliveryStory(
                delivery, records: try await reader.records(about: "delivery-\(delivery.number)"),
                repeatedBy: try await reader.duplicates(of: delivery.number),
                launches: try await Self.launches(of: delivery, reader))
            try Output.standard.write(store.isJSON ? JSONText.of(story) : story.text(now: SystemInstant.now))
        }
    }

    /// Those of the job that it hints at; of a stage or a run, those of the run.
    static func launches(of delivery: StoredDelivery, _ reader: StoreReader) async throws -> [Launch] {
        guard let hint = delivery.hint, let run = hint.runID else { return [] }
        return try await reader.launches(forJob: hint.scope == .job ? hint.jobID : nil, run: run)
    }
}
