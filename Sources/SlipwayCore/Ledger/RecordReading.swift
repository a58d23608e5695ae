/// What stands in the ledger's place: a record, or what can still be told of one that somebody has damaged.
public enum RecordReading: Hashable, Sendable {
    case record(LedgerRecord)
    case unreadable(sequence: Int64, why: String)

    public var sequence: Int64 {
        switch self {
        case .record(let record): record.sequence
        case .unreadable(let sequence, _): sequence
        }
    }

    public var record: LedgerRecord? {
        if case .record(let record) = self { record } else { nil }
    }
}
