internal import Foundation

extension LedgerRecord {
    /// The facts, read back; nil where they aren't as `LedgerFacts` writes them.
    public var readFacts: LedgerFacts? {
        guard let read = try? JSONDecoder().decode([String: ReadFact].self, from: Data(facts.utf8)) else { return nil }
        var facts = LedgerFacts()
        for (name, fact) in read { facts[name] = fact.value }
        return facts
    }
}

private struct ReadFact: Decodable {
    var value: LedgerFacts.Fact

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            value = .flag(flag)
        } else if let integer = try? container.decode(Int64.self) {
            value = .integer(integer)
        } else {
            value = .text(try container.decode(String.self))
        }
    }
}
