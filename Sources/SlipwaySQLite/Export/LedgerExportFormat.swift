public import SlipwayCore

/// A form in which the ledger leaves the store. Pure: from a record to its line, which ends the line itself.
public enum LedgerExportFormat: String, CaseIterable, Hashable, Sendable {
    /// JSON Lines: one object per record, with the facts as an object in it.
    case jsonl
    /// RFC 4180, with a header line, fit to be opened in a spreadsheet.
    case csv

    /// What comes before the first record; nil: nothing.
    public var header: String? {
        switch self {
        case .jsonl: nil
        case .csv: CSVLine.header
        }
    }

    public func line(_ record: LedgerRecord) -> String {
        var bytes: [UInt8] = []
        append(record, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func append(_ record: LedgerRecord, to bytes: inout [UInt8]) {
        RecordBytes.of(record) { append($0, to: &bytes) }
    }

    func append(_ record: RecordBytes, to bytes: inout [UInt8]) {
        switch self {
        case .jsonl: JSONLine.append(record, to: &bytes)
        case .csv: CSVLine.append(record, to: &bytes)
        }
    }
}
