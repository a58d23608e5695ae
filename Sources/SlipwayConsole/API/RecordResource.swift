internal import SlipwayCore

/// A ledger record as the API and the pages show it.
struct RecordResource: Encodable {
    var sequence: Int64
    var at: String
    var kind: String
    var facts: [String: LedgerFacts.Fact]
    var hash: String

    /// Facts that can't be read (somebody has edited the ledger, which `slipway ledger verify` then tells) are shown as
    /// they are.
    init(_ record: LedgerRecord) {
        sequence = record.sequence
        at = record.at.description
        kind = record.kind
        hash = record.hash.description
        facts = record.factsByName ?? ["unreadable": .text(record.facts)]
    }
}
