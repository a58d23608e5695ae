internal import GRDB
internal import SlipwayCore

extension StoreReader {
    /// Writes the ledger to `sink`, some hundred lines at a time, and answers the number of records.
    ///
    /// Does not verify: call `verify` for that. Ends with the record that is the last one when the end is reached. Throws
    /// what `sink` throws, and `StoreError`: `corrupt` at a record that can't be read.
    public func export(
        as format: LedgerExportFormat, after sequence: Int64 = 0,
        to sink: @Sendable (String) async throws -> Void
    ) async throws -> Int64 {
        if let header = format.header { try await sink(header) }
        var count: Int64 = 0
        var page = try await exportPage(as: format, after: sequence)
        while !page.text.isEmpty {
            try Task.checkCancellation()
            count += page.count
            let last = page.last
            // What is written takes as long as what is read.
            async let next = exportPage(as: format, after: last)
            try await sink(page.text)
            page = try await next
        }
        return count
    }

    private struct ExportPage: Sendable {
        var text = ""
        var count: Int64 = 0
        var last: Int64
    }

    private func exportPage(
        as format: LedgerExportFormat, after sequence: Int64
    ) async throws(StoreError) -> ExportPage {
        if let page = try await plainPage(as: format, after: sequence) { return page }
        // With what only a record as a value tells: what is wrong with it, and with which.
        var page = ExportPage(last: sequence)
        var bytes: [UInt8] = []
        for record in try await records(after: sequence, limit: Self.exportRecords) {
            format.append(record, to: &bytes)
            page.count += 1
            page.last = record.sequence
        }
        page.text = String(decoding: bytes, as: UTF8.self)
        return page
    }

    private static let exportRecords = maximumLimit

    /// Nil where a row is not as the ledger writes it.
    private func plainPage(
        as format: LedgerExportFormat, after sequence: Int64
    ) async throws(StoreError) -> ExportPage? {
        try await read { database in
            var page = ExportPage(last: sequence)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(Self.exportRecords * 1_024)
            let records = try RecordCursor(database, after: sequence, limit: Int64(Self.exportRecords))
            while try records.next() {
                let lent: Void? = records.withBytes { record in
                    format.append(record, to: &bytes)
                    page.last = record.sequence
                }
                guard lent != nil else { return nil }
                page.count += 1
            }
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            page.text = text
            return page
        }
    }
}
