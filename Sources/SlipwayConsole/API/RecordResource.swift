internal import SlipwayCore

/// A ledger record as the API and the pages show it.
struct RecordResource: Encodable {
    var sequence: Int64
    /// Absent of one that can't be read, like its hash.
    var at: String?
    var kind: String
    var subject: String
    var facts: [String: LedgerFacts.Fact]
    var hash: String?

    /// The kind of one that can't be read: somebody has damaged it, which `slipway ledger verify` tells too.
    static let unreadable = "unreadable"

    /// Facts that can't be read are shown as they are.
    init(_ reading: RecordReading) {
        sequence = reading.sequence
        at = reading.record?.at.description
        kind = reading.record?.kind ?? Self.unreadable
        subject = reading.record?.subject ?? ""
        hash = reading.record?.hash.description
        switch reading {
        case .record(let record): facts = record.factsByName ?? [Self.unreadable: .text(record.facts)]
        case .unreadable(_, let why): facts = [Self.unreadable: .text(why)]
        }
    }
}

/// A page of records.
struct RecordListResource: Encodable {
    var records: [RecordResource]
    var nextCursor: String?

    /// - Parameter found: one more than the limit, where there are more.
    init(_ found: [RecordReading], limit: Int) {
        records = found.prefix(limit).map(RecordResource.init)
        nextCursor = found.count > limit ? records.last.map { OpaqueCursor.text($0.sequence) } : nil
    }
}
