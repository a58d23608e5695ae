internal import GRDB
public import SlipwayCore
internal import Synchronization

extension StoreReader {
    /// Verifies the chain from the first record to the one that is last now, and launches and deliveries against it.
    ///
    /// A server may run meanwhile. Reads in short snapshots, so that its log doesn't grow; takes some seconds per million
    /// records. `progress` is called after each, of one phase by one caller at a time. What is wrong with the data is in the
    /// answer; it throws only if the file can't be read, and `CancellationError` is not thrown: a cancelled caller gets `unavailable`.
    public func verify(
        progress: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws(StoreError) -> StoreVerification {
        try await verify(stretchesOfAtLeast: Self.minimumStretch, progress: progress)
    }

    private static let minimumStretch: Int64 = 50_000

    func verify(
        stretchesOfAtLeast minimum: Int64, progress: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws(StoreError) -> StoreVerification {
        // Side by side: the chain is a matter of hashes, the rows of reading.
        let both = await withTaskGroup(of: (Int, Result<StoreVerification, StoreError>).self) { group in
            group.addTask {
                (
                    0,
                    await Self.result { (found) throws(StoreError) in
                        try await self.verifyLedger(&found, minimum, progress)
                    }
                )
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
        _ verification: inout StoreVerification, _ minimum: Int64,
        _ progress: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws(StoreError) {
        var extent = try await read { database in try LedgerExtent(database) }
        while true {
            verification = StoreVerification()
            try await verifyLedger(extent, &verification, minimum, progress)
            guard verification.fault != nil else { return }
            // A pruning beside it may have taken away what was to be read next.
            let now = try await read { database in try LedgerExtent(database) }
            guard now.pruned != extent.pruned else { return }
            extent = now
        }
    }

    /// One for each connection but that of the rows.
    private static let maximumStretches = StoreReader.connections - 1

    private func verifyLedger(
        _ extent: LedgerExtent, _ verification: inout StoreVerification, _ minimum: Int64,
        _ progress: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws(StoreError) {
        let stretches = try await read { database in
            try LedgerStretch.all(of: extent, atMost: Self.maximumStretches, ofAtLeast: minimum, database)
        }
        let total = extent.last
        let done = Mutex(extent.chain.sequence)
        let checks = await check(stretches) { count in
            // Within the lock, so that it never goes back.
            done.withLock { done in
                done += count
                progress(VerificationProgress(phase: .ledger, done: done, total: total))
            }
        }
        var whole: LedgerStretchCheck?
        for (stretch, result) in zip(stretches, checks) {
            // What follows a fault is not looked at, not even where it can't be read.
            if whole?.verification.fault != nil { break }
            var next = try result.get()
            guard var joined = whole else {
                whole = next
                continue
            }
            if next.start != joined.chain {
                // The record between them was changed since the stretches were made.
                var stretch = stretch
                stretch.start = joined.chain
                next = try await check(stretch) { _ in }
            }
            joined.join(next)
            whole = joined
        }
        guard let whole else { return }
        verification = whole.verification
        verification.pruned = extent.pruned
        verification.headSequence = whole.chain.sequence
        verification.head = whole.chain.head
        if verification.fault == nil { verification.fault = extent.missingEnd(after: whole.chain.sequence) }
        let rest = whole.rest.sorted { $0.key < $1.key }.map { LaunchRecords.Told(id: $0.key, records: $0.value) }
        verification.add(try await mismatches(rest).get())
    }

    private func check(
        _ stretches: [LedgerStretch], _ verified: @escaping @Sendable (Int64) -> Void
    ) async -> [Result<LedgerStretchCheck, StoreError>] {
        await withTaskGroup(of: (Int, Result<LedgerStretchCheck, StoreError>).self) { group in
            for (index, stretch) in stretches.enumerated() {
                group.addTask { (index, await self.result(of: stretch, verified)) }
            }
            var results: [Int: Result<LedgerStretchCheck, StoreError>] = [:]
            for await (index, result) in group { results[index] = result }
            return stretches.indices.compactMap { results[$0] }
        }
    }

    private func result(
        of stretch: LedgerStretch, _ verified: @Sendable (Int64) -> Void
    ) async -> Result<LedgerStretchCheck, StoreError> {
        do throws(StoreError) { return .success(try await check(stretch, verified)) } catch { return .failure(error) }
    }

    private func check(
        _ stretch: LedgerStretch, _ verified: @Sendable (Int64) -> Void
    ) async throws(StoreError) -> LedgerStretchCheck {
        var check = LedgerStretchCheck(start: stretch.start, chain: stretch.start)
        let records = LaunchRecords(isFromTheBeginning: stretch.isFirst)
        var closed: [LaunchRecords.Told] = []
        var after = stretch.after
        while after < stretch.through, check.verification.fault == nil {
            try checkCancellation()
            let start = after
            let reached = LedgerCheck(check.chain)
            // The chain takes the longest: the rows of what the last page closed are looked at beside it.
            async let beside = mismatches(closed)
            let page = try await read { database in
                try reached.run(database, after: start, upTo: stretch.through, telling: records)
            }
            verified(page.chain.sequence - check.chain.sequence)
            check.chain = page.chain
            check.verification.add(try await beside.get())
            check.verification.add(page.mismatches)
            check.verification.fault = page.fault
            closed = records.takeAwayClosed()
            guard let last = page.last else { break }
            after = last
        }
        check.verification.add(try await mismatches(closed).get())
        check.rest = records.rest
        return check
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
