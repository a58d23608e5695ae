internal import Foundation
internal import SlipwayCore

/// A ledger record as the API and the pages show it.
struct RecordResource: Encodable {
    var sequence: Int64
    var at: String
    var kind: String
    var facts: [String: Fact]
    var hash: String

    enum Fact: Hashable, Codable, CustomStringConvertible {
        case text(String)
        case integer(Int64)
        case flag(Bool)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let integer = try? container.decode(Int64.self) {
                self = .integer(integer)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .integer(let integer): try container.encode(integer)
            case .flag(let flag): try container.encode(flag)
            }
        }

        var description: String {
            switch self {
            case .text(let text): text
            case .integer(let integer): String(integer)
            case .flag(let flag): flag ? "yes" : "no"
            }
        }
    }

    /// Facts that can't be read (somebody has edited the ledger, which `slipway ledger verify` then tells) are shown as
    /// they are.
    init(_ record: LedgerRecord) {
        sequence = record.sequence
        at = record.at.description
        kind = record.kind
        hash = record.hash.description
        let decoded = try? JSONDecoder().decode([String: Fact].self, from: Data(record.facts.utf8))
        facts = decoded ?? ["unreadable": .text(record.facts)]
    }
}
