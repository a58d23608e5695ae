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
        switch self {
        case .jsonl: JSONLine.append(record, to: &bytes)
        case .csv: CSVLine.append(record, to: &bytes)
        }
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
            var bytes: [UInt8] = []
            bytes.reserveCapacity(page.count * 1_024)
            for record in page { format.append(record, to: &bytes) }
            try await sink(String(decoding: bytes, as: UTF8.self))
            count += Int64(page.count)
            last = end.sequence
        }
    }
}
