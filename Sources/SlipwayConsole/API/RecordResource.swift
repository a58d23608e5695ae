internal import SlipwayCore

/// A ledger record as the API and the pages show it.
struct RecordResource: Encodable {
    var sequence: Int64
    var at: String
    var kind: String
    var subject: String
    var facts: [String: LedgerFacts.Fact]
    var hash: String

    /// Facts that can't be read (somebody has edited the ledger, which `slipway ledger verify` then tells) are shown as
    /// they are.
    init(_ record: LedgerRecord) {
        sequence = record.sequence
        at = record.at.description
        kind = record.kind
        subject = record.subject
        hash = record.hash.description
        facts = record.factsByName ?? ["unreadable": .text(record.facts)]
    }
}

/// A page of records.
struct RecordListResource: Encodable {
    var records: [RecordResource]
    var nextCursor: String?

    /// - Parameter found: one more than the limit, where there are more.
    init(_ found: [LedgerRecord], limit: Int) {
        records = found.prefix(limit).map(RecordResource.init)
        nextCursor = found.count > limit ? records.last.map { OpaqueCursor.text($0.sequence) } : nil
    }
}
