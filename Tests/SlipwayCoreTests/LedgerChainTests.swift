import Testing

@testable import SlipwayCore

@Suite struct LedgerChainTests {
    private func records(_ count: Int) -> [LedgerRecord] {
        var chain = LedgerChain()
        return (0..<count).map { index in
            var facts = LedgerFacts()
            facts["n"] = .integer(Int64(index))
            return chain.seal(
                LedgerEntry(at: after(index), kind: "launch.planned", subject: "launch-\(index)", facts: facts))
        }
    }

    private func firstFault(_ records: [LedgerRecord]) -> LedgerFault? {
        var chain = LedgerChain()
        for record in records { if let fault = chain.verify(record) { return fault } }
        return nil
    }

    @Test func whatWasSealedVerifies() {
        #expect(firstFault(records(20)) == nil)
    }

    @Test func everyEditedFieldIsFoundAndTheRecordNamed() {
        let edits: [(inout LedgerRecord) -> Void] = [
            { $0.at = $0.at.adding(milliseconds: 1) }, { $0.kind += "x" }, { $0.subject += "x" },
            { $0.facts = #"{"n":8}"# }, { $0.hash = LedgerChain.genesis }, { $0.previousHash = LedgerChain.genesis },
            {
                $0.kind = ""
                $0.subject = "launch.plannedlaunch-7"
            },
        ]
        for edit in edits {
            var edited = records(20)
            edit(&edited[7])
            #expect(firstFault(edited)?.sequence == 8)
        }
    }

    @Test func removedInsertedAndSwappedRecordsAreFound() {
        var removed = records(20)
        removed.remove(at: 7)
        #expect(firstFault(removed) == LedgerFault(sequence: 9, kind: .gap(expected: 8)))
        var inserted = records(20)
        inserted.insert(inserted[7], at: 7)
        #expect(firstFault(inserted) == LedgerFault(sequence: 8, kind: .gap(expected: 9)))
        var swapped = records(20)
        swapped.swapAt(7, 8)
        #expect(firstFault(swapped) == LedgerFault(sequence: 9, kind: .gap(expected: 8)))
        var renumbered = removed
        for index in 7..<renumbered.count { renumbered[index].sequence -= 1 }
        #expect(firstFault(renumbered) == LedgerFault(sequence: 8, kind: .detached))
    }

    /// The chain's form is a promise: a ledger written today verifies in ten years. If this fails, the form changed.
    @Test func theHashOfAKnownRecordNeverChanges() {
        var facts = LedgerFacts()
        facts["text"] = .text("a \"quoted\" \\ line\n\u{7F}é")
        facts["count"] = .integer(-3)
        facts["flag"] = .flag(true)
        var chain = LedgerChain()
        let record = chain.seal(LedgerEntry(at: start, kind: "test.golden", subject: "s", facts: facts))
        #expect(record.facts == #"{"count":-3,"flag":true,"text":"a \"quoted\" \\ line\u000a\u007fé"}"#)
        #expect(record.hash.description == "586831177dda6fe9743e4a93cb0d908d89c5dc68a695101880e2c3810e3e1d6e")
    }

    @Test func aTextFromOutsideIsCut() {
        var facts = LedgerFacts()
        facts["reason"] = .text(String(repeating: "é", count: 100_000))
        #expect(facts.canonicalJSON.utf8.count < LedgerFacts.maximumTextBytes + 20)
    }
}

@Suite struct LedgerRecordFactsTests {
    @Test func theFactsOfARecordAreReadBackAsTheyWereWritten() {
        var facts = LedgerFacts()
        facts["text"] = .text("a \"quoted\" \n line, 1")
        facts["number"] = .integer(.max)
        facts["one"] = .integer(1)
        facts["flag"] = .flag(true)
        var chain = LedgerChain()
        var record = chain.seal(LedgerEntry(at: after(1), kind: "rung.opened", subject: "FARGATE", facts: facts))
        #expect(record.readFacts == facts)
        record.facts = "[1]"
        #expect(record.readFacts == nil)
    }
}
