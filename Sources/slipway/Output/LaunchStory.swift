internal import Foundation
internal import SlipwayConsole
internal import SlipwayCore

/// A launch with its records, as JSON.
struct LaunchStory: Encodable {
    var launch: LaunchResource
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

    init(_ launch: Launch, _ records: [LedgerRecord]) {
        self.launch = LaunchResource(launch)
        timeline = records.enumerated().map { index, record in
            let next = index + 1 < records.count ? records[index + 1].at : nil
            return Step(
                sequence: record.sequence, at: record.at.description, kind: record.kind,
                afterMilliseconds: record.at.millisecondsSince(launch.createdAt),
                lastedMilliseconds: next.map { $0.millisecondsSince(record.at) },
                facts: LedgerFactsText(record.facts), hash: record.hash.description)
        }
    }
}

/// The facts of a record, read back from their canonical JSON.
struct LedgerFactsText: Encodable, Sendable {
    /// In the order of their names.
    private(set) var facts: [(name: String, fact: LedgerFacts.Fact)] = []

    /// What is no object of texts, whole numbers and flags gives no facts: `ledger verify` reports such a record.
    init(_ canonicalJSON: String) {
        let object = try? JSONDecoder().decode([String: Value].self, from: Data(canonicalJSON.utf8))
        facts = (object ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value.fact) }
    }

    private struct Value: Decodable {
        var fact: LedgerFacts.Fact

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                fact = .flag(flag)
            } else if let number = try? container.decode(Int64.self) {
                fact = .integer(number)
            } else {
                fact = .text(try container.decode(String.self))
            }
        }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        for (name, fact) in facts {
            switch fact {
            case .text(let text): try container.encode(text, forKey: Name(stringValue: name))
            case .integer(let number): try container.encode(number, forKey: Name(stringValue: name))
            case .flag(let flag): try container.encode(flag, forKey: Name(stringValue: name))
            }
        }
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
