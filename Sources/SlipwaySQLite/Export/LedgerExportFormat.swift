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
        switch self {
        case .jsonl: JSONLine.line(record)
        case .csv: CSVLine.line(record)
        }
    }
}

extension LedgerRecord {
    /// The instant in ISO 8601, or, where somebody has edited it out of all calendars, its milliseconds.
    var exportedInstant: String {
        let years0001To9999: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
        return years0001To9999.contains(at.milliseconds) ? at.description : String(at.milliseconds)
    }
}

extension StoreReader {
    /// Writes the ledger to `sink`, some hundred lines at a time, and answers the number of records.
    ///
    /// Does not verify: call `verify` for that. Ends with the record that is the last one when the end is reached. Throws
    /// what `sink` throws, and `StoreError`.
    public func export(
        as format: LedgerExportFormat, after sequence: Int64 = 0,
        to sink: @Sendable (String) async throws -> Void
    ) async throws -> Int64 {
        if let header = format.header { try await sink(header) }
        var count: Int64 = 0
        var last = sequence
        while true {
            try Task.checkCancellation()
            let page = try await records(after: last)
            guard let end = page.last else { return count }
            try await sink(page.map(format.line).joined())
            count += Int64(page.count)
            last = end.sequence
        }
    }
}
