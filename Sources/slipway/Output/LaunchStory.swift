internal import SlipwayConsole
internal import SlipwayCore

/// A launch with its records, as JSON.
struct LaunchStory: Encodable {
    var launch: LaunchResource
    var cost: CostResource
    var timeline: [Step]

    /// One record of the ledger, in its place in the launch's life.
    struct Step: Encodable {
        var sequence: Int64
        var at: String
        var kind: String
        /// Since the launch was made.
        var afterMilliseconds: Int64
        /// Until the next record; absent for the last one.
        var lastedMilliseconds: Int64?
        var facts: LedgerFactsText
        var hash: String
    }

    init(_ launch: Launch, _ records: [LedgerRecord], _ prices: PriceBook, now: Timestamp) {
        cost = CostResource(launch, prices, at: now)
        self.launch = LaunchResource(launch)
        timeline = records.enumerated().map { index, record in
            let next = index + 1 < records.count ? records[index + 1].at : nil
            return Step(
                sequence: record.sequence, at: record.at.description, kind: record.kind,
                afterMilliseconds: record.at.millisecondsSince(launch.createdAt),
                lastedMilliseconds: next.map { $0.millisecondsSince(record.at) },
                facts: LedgerFactsText(record), hash: record.hash.description)
        }
    }
}

/// The facts of a record.
struct LedgerFactsText: Encodable, Sendable {
    /// In the order of their names.
    private(set) var facts: [(name: String, fact: LedgerFacts.Fact)] = []

    /// What can't be read gives no facts.
    init(_ record: LedgerRecord) {
        facts = (record.factsByName ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        for (name, fact) in facts { try container.encode(fact, forKey: Name(stringValue: name)) }
    }

    /// `name=value` for each fact but those named.
    func summary(except names: Set<String>) -> String {
        facts.filter { !names.contains($0.name) }.map { "\($0.name)=\(Self.text($0.fact))" }.joined(separator: " ")
    }

    private static func text(_ fact: LedgerFacts.Fact) -> String {
        switch fact {
        case .text(let text): text.contains(" ") ? "“\(text)”" : text
        case .integer(let number): String(number)
        case .flag(let flag): String(flag)
        }
    }
}
