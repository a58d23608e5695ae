internal import Foundation

extension LedgerRecord {
    /// The facts by name, read back; nil where they are no object of texts, whole numbers and flags: somebody has edited the
    /// ledger, which `slipway ledger verify` reports.
    public var factsByName: [String: LedgerFacts.Fact]? {
        try? JSONDecoder().decode([String: LedgerFacts.Fact].self, from: Data(facts.utf8))
    }

    /// The same, as they were written.
    public var readFacts: LedgerFacts? {
        guard let read = factsByName else { return nil }
        var facts = LedgerFacts()
        for (name, fact) in read { facts[name] = fact }
        return facts
    }
}

extension LedgerFacts.Fact: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .integer(let integer): try container.encode(integer)
        case .flag(let flag): try container.encode(flag)
        }
    }
}
