import Foundation
import SlipwayCore
import SlipwaySQLite
import Synchronization
import Testing

@Suite("Export of the ledger")
struct LedgerExportTests {
    /// Entries with all that is awkward in either form.
    static let entries: [LedgerEntry] = [
        entry("delivery.recorded", "delivery-1", ["source": .text("203.0.113.7"), "bodyBytes": .integer(2_348)]),
        entry("decision.hold", "=cmd|' /C calc'!A0", ["reason": .text("quotes \" and, commas\r\nand lines")]),
        entry("+kind", "-subject", [:]),
        entry("@kind", "\tsubject", ["flag": .flag(true), "text": .text("é 🚢 \u{7F} \u{2028}")]),
    ]

    @Test("Both forms are exactly as they were", arguments: LedgerExportFormat.allCases)
    func golden(_ format: LedgerExportFormat) throws {
        var chain = LedgerChain()
        let lines = Self.entries.map { format.line(chain.seal($0)) }
        let text = (format.header ?? "") + lines.joined()
        let fixture = try #require(
            Bundle.module.url(forResource: "Fixtures/ledger", withExtension: format.rawValue))
        #expect(try Data(contentsOf: fixture) == Data(text.utf8))
    }

    @Test("A line of JSON Lines gives back the record, facts and all")
    func jsonIsWhole() throws {
        var chain = LedgerChain()
        for entry in Self.entries {
            let record = chain.seal(entry)
            let line = LedgerExportFormat.jsonl.line(record)
            #expect(line.hasSuffix("}\n"))
            #expect(line.filter { $0 == "\n" }.count == 1)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(Set(object.keys) == ["sequence", "at", "kind", "subject", "facts", "previousHash", "hash"])
            #expect(object["subject"] as? String == record.subject)
            #expect(object["hash"] as? String == record.hash.description)
            #expect(object["at"] as? String == "2025-11-24T16:00:00.123Z")
            let facts = try #require(object["facts"] as? [String: Any])
            #expect(
                facts.count
                    == (try JSONSerialization.jsonObject(with: Data(record.facts.utf8)) as? [String: Any])?.count)
        }
    }

    @Test(
        "Facts that were tampered with don't break the lines", arguments: ["", "{", "[1]", "{\"a\":\n1}", "1", "null"])
    func tamperedFacts(_ facts: String) throws {
        let record = LedgerRecord(
            sequence: 1, at: Timestamp(milliseconds: .max), kind: "k", subject: "s", facts: facts,
            previousHash: LedgerChain.genesis, hash: LedgerChain.genesis)
        let line = LedgerExportFormat.jsonl.line(record)
        #expect(line.filter { $0 == "\n" }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["facts"] as? String == facts)
        #expect(object["at"] as? String == String(Int64.max))
    }

    @Test(
        "A whole ledger arrives at the sink in order, however many pages it has", arguments: LedgerExportFormat.allCases
    )
    func wholeLedger(_ format: LedgerExportFormat) async throws {
        try await withStore { store, path in
            try await store.commit(LaunchBatch(entries: (1...2_500).map(Sample.entry)))
            let written = Mutex("")
            let count = try await withReader(path) { reader in
                try await reader.export(as: format) { text in written.withLock { $0 += text } }
            }
            #expect(count == 2_500)
            let records = try await withReader(path) { reader in
                try await reader.allRecords().reduce(into: []) { $0.append($1) }
            }
            let expected = (format.header ?? "") + records.map(format.line).joined()
            #expect(written.withLock { $0 } == expected)
        }
    }

    @Test(
        "Whatever was done to a ledger, its export tells of what its records are, or which can't be read",
        arguments: LedgerVerificationTests.edits, LedgerExportFormat.allCases)
    func tamperedLedger(_ edit: LedgerVerificationTests.Edit, _ format: LedgerExportFormat) async throws {
        try await withStore { store, path in
            for number in 1...10 { _ = try await store.record(Sample.delivery("event-\(number)")) }
            await store.close()
            try tamper(path, edit.statements)
            let expected = await result { reader in
                (format.header ?? "") + (try await reader.records()).map(format.line).joined()
            }
            let exported = await result { reader in
                let written = Mutex("")
                _ = try await reader.export(as: format) { text in written.withLock { $0 += text } }
                return written.withLock { $0 }
            }
            #expect(exported == expected)

            func result(_ body: @Sendable (StoreReader) async throws -> String) async -> Result<String, StoreError> {
                do {
                    return .success(try await withReader(path, body))
                } catch let error as StoreError {
                    return .failure(error)
                } catch {
                    Issue.record(error)
                    return .success("")
                }
            }
        }
    }

    @Test("A sink that can't take more ends the export with its own error")
    func brokenSink() async throws {
        struct BrokenPipe: Error {}
        try await withStore { store, path in
            try await store.commit(LaunchBatch(entries: [Sample.entry(1)]))
            try await withReader(path) { reader in
                await #expect(throws: BrokenPipe.self) {
                    try await reader.export(as: .csv) { _ in throw BrokenPipe() }
                }
            }
        }
    }

    private static func entry(
        _ kind: String, _ subject: String, _ facts: [String: LedgerFacts.Fact]
    ) -> LedgerEntry {
        var collected = LedgerFacts()
        for (name, fact) in facts { collected[name] = fact }
        return LedgerEntry(at: Sample.time, kind: kind, subject: subject, facts: collected)
    }
}
