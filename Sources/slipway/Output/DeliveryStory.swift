internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwaySQLite

extension StoredDelivery {
    /// What its record says, as facts.
    var record: LedgerRecord {
        LedgerRecord(
            sequence: 0, at: receivedAt, kind: "", subject: "delivery-\(number)", facts: facts,
            previousHash: LedgerChain.genesis, hash: LedgerChain.genesis)
    }

    var hint: JobHint? { record.factsByName.flatMap(JobHint.init) }

    func text(_ name: String) -> String? {
        if case .text(let text)? = record.factsByName?[name] { text } else { nil }
    }
}

/// A delivery as JSON.
struct DeliveryResource: Encodable {
    var number: Int64
    var receivedAt: String
    var disposition: String
    var duplicateOf: Int64?
    var facts: LedgerFactsText

    init(_ delivery: StoredDelivery) {
        number = delivery.number
        receivedAt = delivery.receivedAt.description
        disposition = delivery.disposition.rawValue
        duplicateOf = delivery.duplicateOf
        facts = LedgerFactsText(delivery.record)
    }
}

struct DeliveryListResource: Encodable {
    var deliveries: [DeliveryResource]
    /// For the next page's `--before`; absent on the last one.
    var next: Int64?

    init(_ page: DeliveryPage) {
        deliveries = page.deliveries.map(DeliveryResource.init)
        next = page.next
    }
}

/// A list of deliveries for a person.
enum DeliveryTable {
    static func text(_ deliveries: [StoredDelivery], now: Timestamp) -> String {
        guard !deliveries.isEmpty else { return "No deliveries.\n" }
        var table = Table(["DELIVERY", "RECEIVED", "AGE", "DISPOSITION", "HINT", "RUN", "JOB", "REMARK"])
        for delivery in deliveries {
            let hint = delivery.hint
            table.add([
                String(delivery.number), delivery.receivedAt.description,
                DurationText.from(delivery.receivedAt, to: now), delivery.disposition.rawValue,
                hint.map { "\($0.scope.rawValue) \($0.state.rawValue)" } ?? delivery.text("eventType") ?? "",
                hint?.runID.map(String.init) ?? "", hint?.jobID ?? "",
                delivery.duplicateOf.map { "repeats \($0)" } ?? delivery.text("reason") ?? "",
            ])
        }
        return table.text
    }
}

/// One delivery with its records and the launches of its job.
struct DeliveryStory: Encodable {
    var delivery: DeliveryResource
    var repeatedBy: [Int64]
    var records: [Record]
    var launches: [LaunchResource]

    struct Record: Encodable {
        var sequence: Int64
        var at: String
        var kind: String
        var facts: LedgerFactsText
        var hash: String
    }

    private let shown: [Launch]

    enum CodingKeys: CodingKey { case delivery, repeatedBy, records, launches }

    init(_ delivery: StoredDelivery, records: [LedgerRecord], repeatedBy: [Int64], launches: [Launch]) {
        self.delivery = DeliveryResource(delivery)
        self.repeatedBy = repeatedBy
        self.records = records.map {
            Record(
                sequence: $0.sequence, at: $0.at.description, kind: $0.kind, facts: LedgerFactsText($0),
                hash: $0.hash.description)
        }
        self.launches = launches.map(LaunchResource.init)
        shown = launches
    }

    func text(now: Timestamp) -> String {
        var lines = [("delivery", String(delivery.number)), ("received", delivery.receivedAt)]
        lines.append(("disposition", delivery.disposition))
        if let first = delivery.duplicateOf { lines.append(("repeats", "delivery-\(first)")) }
        if !repeatedBy.isEmpty {
            lines.append(("repeated by", repeatedBy.map { "delivery-\($0)" }.joined(separator: ", ")))
        }
        lines += delivery.facts.lines(except: ["disposition", "duplicateOf"])
        let width = lines.map(\.0.count).max() ?? 0
        let head = lines.map { name, text in
            harmless(name) + String(repeating: " ", count: width + 2 - name.count) + harmless(text) + "\n"
        }.joined()
        var table = Table(["AT", "RECORD", "WHAT", "HASH"])
        for record in records { table.add([record.at, String(record.sequence), record.kind, record.hash]) }
        return head + "\n" + table.text + "\n"
            + (shown.isEmpty ? "No launch was made for its job.\n" : LaunchTable.text(shown, now: now))
    }
}

extension LedgerFactsText {
    /// One line for each fact but those named.
    func lines(except names: Set<String>) -> [(String, String)] {
        facts.filter { !names.contains($0.name) }.map { name, fact in
            switch fact {
            case .text(let text): (name, text)
            case .integer(let number): (name, String(number))
            case .flag(let flag): (name, String(flag))
            }
        }
    }
}
