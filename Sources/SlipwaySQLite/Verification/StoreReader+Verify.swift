internal import GRDB
public import SlipwayCore

extension StoreReader {
    /// Verifies the chain from the first record to the one that is last now, and launches and deliveries against it.
    ///
    /// A server may run meanwhile. Reads in short snapshots, so that its log doesn't grow; takes some seconds per million
    /// records. `progress` is called after each. What is wrong with the data is in the answer; it throws only if the file
    /// can't be read, and `CancellationError` is not thrown: a cancelled caller gets `unavailable`.
    public func verify(
        progress: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws(StoreError) -> StoreVerification {
        // Side by side, on a connection each: the chain is a matter of hashes, the rows of reading.
        let both = await withTaskGroup(of: (Int, Result<StoreVerification, StoreError>).self) { group in
            group.addTask {
                (0, await Self.result { (found) throws(StoreError) in try await self.verifyLedger(&found, progress) })
            }
            group.addTask {
                (
                    1,
                    await Self.result { (found) throws(StoreError) in
                        try await self.verifyLaunches(&found, progress)
                        try await self.verifyDeliveries(&found, progress)
                    }
                )
            }
            var results: [Int: Result<StoreVerification, StoreError>] = [:]
            for await (index, result) in group { results[index] = result }
            return results
        }
        var verification = try both[0]?.get() ?? StoreVerification()
        if let rows = try both[1]?.get() { verification.add(rows) }
        return verification
    }

    private static func result(
        _ body: (inout StoreVerification) async throws(StoreError) -> Void
    ) async -> Result<StoreVerification, StoreError> {
        var verification = StoreVerification()
        do throws(StoreError) {
            try await body(&verification)
            return .success(verification)
        } catch {
            return .failure(error)
        }
    }

    static let verifiedPerRead: Int64 = 2_000

    // MARK: The chain

    private func verifyLedger(
        _ verification: inout StoreVerification, _ progress: @Sendable (VerificationProgress) -> Void
    ) async throws(StoreError) {
        var extent = try await read { database in try LedgerExtent(database) }
        while true {
            verification = StoreVerification()
            try await verifyLedger(extent, &verification, progress)
            guard verification.fault != nil else { return }
            // A pruning beside it may have taken away what was to be read next.
            let now = try await read { database in try LedgerExtent(database) }
            guard now.pruned != extent.pruned else { return }
            extent = now
        }
    }

    private func verifyLedger(
        _ extent: LedgerExtent, _ verification: inout StoreVerification,
        _ progress: @Sendable (VerificationProgress) -> Void
    ) async throws(StoreError) {
        verification.pruned = extent.pruned
        var chain = extent.chain
        var records = LaunchRecords()
        var closed: [LaunchRecords.Told] = []
        // Not from 0: a record that was slipped in before the first is to be found too.
        var after = Int64.min
        while after < extent.last {
            try checkCancellation()
            let start = after
            let reached = LedgerCheck(chain, records)
            // The chain takes the longest: the rows of what the last page closed are looked at beside it.
            async let beside = mismatches(closed)
            let page = try await read { database in try reached.run(database, after: start, upTo: extent.last) }
            chain = page.chain
            verification.add(try await beside.get())
            records = page.records
            closed = records.takeAwayClosed()
            verification.add(page.mismatches)
            progress(VerificationProgress(phase: .ledger, done: chain.sequence, total: extent.last))
            if let fault = page.fault {
                verification.fault = fault
                break
            }
            guard let last = page.last else { break }
            after = last
        }
        verification.headSequence = chain.sequence
        verification.head = chain.head
        if verification.fault == nil { verification.fault = extent.missingEnd(after: chain.sequence) }
        verification.add(try await mismatches(verification.fault == nil ? closed + records.open : closed).get())
    }

    private func mismatches(_ told: [LaunchRecords.Told]) async -> Result<[StoreMismatch], StoreError> {
        do throws(StoreError) {
            return .success(try await read { database in try told.compactMap { try $0.mismatch(database) } })
        } catch {
            return .failure(error)
        }
    }

    // MARK: Launches and deliveries

    private func verifyLaunches(
        _ verification: inout StoreVerification, _ progress: @Sendable (VerificationProgress) -> Void
    ) async throws(StoreError) {
        let total = try await read { database in try Int64.fetchOne(database, sql: "SELECT count(*) FROM launches") ?? 0
        }
        var done: Int64 = 0
        var after: String? = ""
        while let start = after {
            try checkCancellation()
            let page = try await read { database in try LaunchCheck.run(database, after: start) }
            verification.add(page.mismatches)
            done += page.count
            progress(VerificationProgress(phase: .launches, done: done, total: total))
            after = page.last
        }
        verification.add(try await read { database in try UsageCheck.strays(database) })
    }

    private func verifyDeliveries(
        _ verification: inout StoreVerification, _ progress: @Sendable (VerificationProgress) -> Void
    ) async throws(StoreError) {
        let total = try await read { database in
            try Int64.fetchOne(database, sql: "SELECT max(number) FROM deliveries") ?? 0
        }
        var after: Int64 = 0
        while after < total {
            try checkCancellation()
            let start = after
            after = min(total, start + Self.verifiedPerRead)
            let end = after
            let found = try await read { database in try DeliveryCheck.run(database, after: start, upTo: end) }
            verification.add(found)
            progress(VerificationProgress(phase: .deliveries, done: after, total: total))
        }
    }

    private func checkCancellation() throws(StoreError) {
        guard Task.isCancelled else { return }
        throw StoreError(code: .unavailable, message: "the verification was ended before it was done")
    }
}
