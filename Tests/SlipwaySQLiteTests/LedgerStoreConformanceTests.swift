import SlipwayCore
import SlipwaySQLite
import Testing

@Suite("Conformance to the store port")
struct LedgerStoreConformanceTests {
    @Test("SQLite keeps every promise, and its ledger and rows agree", arguments: LedgerStoreSuite.requirements)
    func sqlite(_ requirement: LedgerStoreSuite.Requirement) async throws {
        try await withStore { store, path in
            try await requirement.check(store)
            let verification = try await verification(of: path)
            #expect(verification.fault == nil)
            // Requirements that leave entries out on purpose are about launches, and name them.
            #expect(verification.mismatches.allSatisfy { !$0.subject.hasPrefix("delivery-") })
        }
    }

    @Test("No promise is kept by a store that always fails", arguments: LedgerStoreSuite.requirements)
    func failing(_ requirement: LedgerStoreSuite.Requirement) async throws {
        let error = await storeError { try await requirement.check(FailingStore()) }
        #expect(error == FailingStore.error)
    }
}
