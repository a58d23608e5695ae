internal import SlipwayCore
internal import SlipwaySQLite

/// Carries out orders in the store itself, as `slipway launch` does: whoever may write it needs neither the console's
/// address nor a token, and a server that is down obeys at its next start. One that runs sees the change within a second.
struct StoreOperator: OperatorPort {
    let store: any LedgerStore
    let launch: @Sendable (LaunchID) async throws -> Launch?
    let profiles: [ProfileKey]
    let now: @Sendable () -> Timestamp

    private static let maximumConflicts = 3

    func perform(_ order: OperatorOrder) async throws(OperatorRefusal) -> OperatorReceipt {
        switch order.action {
        case .drain, .resume, .pauseProfile, .resumeProfile: try await hold(order)
        case .stopLaunch(let id, let isForced): try await stop(id, isForced, order)
        case .retryLaunch(let id): try await retry(id, order)
        }
    }

    private func hold(_ order: OperatorOrder) async throws(OperatorRefusal) -> OperatorReceipt {
        let profiles = try await storing { () async throws(StoreError) in try await known(order) }
        if let refusal = order.refusal(knowing: profiles) { throw refusal }
        let holds = try await storing { () async throws(StoreError) in try await self.holds(profiles) }
        if let message = order.alreadySo(holds) { return OperatorReceipt(message, wasSo: true) }
        try await commit(order.entry(at: now()))
        return OperatorReceipt(order.done)
    }

    /// The configured profiles, and one that is paused, and to be taken up again, though it is none of them any more.
    private func known(_ order: OperatorOrder) async throws(StoreError) -> [ProfileKey] {
        guard case .resumeProfile(let key) = order.action, !profiles.contains(key) else { return profiles }
        let holds = try await holds(profiles + [key])
        return holds.paused[key] == nil ? profiles : profiles + [key]
    }

    private func holds(_ profiles: [ProfileKey]) async throws(StoreError) -> OperatorHolds {
        var holds = OperatorHolds()
        for subject in OperatorHolds.subjects(of: profiles) {
            guard let record = try await store.newestRecords(about: subject, limit: 1).first else { continue }
            holds.take(record, profiles: profiles)
        }
        return holds
    }

    private func stop(
        _ id: LaunchID, _ isForced: Bool, _ order: OperatorOrder
    ) async throws(OperatorRefusal) -> OperatorReceipt {
        for _ in 0..<Self.maximumConflicts {
            let launch = try await find(id)
            if let refusal = launch.refusal(ofStopForced: isForced, reason: order.reason) { throw refusal }
            // A stop depends on no rule of the profile.
            let transition = launch.applying(
                order.stopEvent(isForced: isForced), at: now(), rules: LaunchRules())
            guard let transition, let entry = order.entry(at: now()) else {
                throw OperatorRefusal(.over, "launch \(id) is ending already")
            }
            var batch = LaunchBatch(transition)
            batch.entries.append(entry)
            do throws(StoreError) {
                try await store.commit(batch)
                return OperatorReceipt(order.done)
            } catch {
                // The server has changed it meanwhile: what it became decides.
                guard error.code == .versionConflict else { throw .notStored(error) }
            }
        }
        throw OperatorRefusal(.unavailable, "launch \(id) changes all the time; try again")
    }

    private func retry(_ id: LaunchID, _ order: OperatorOrder) async throws(OperatorRefusal) -> OperatorReceipt {
        let launch = try await find(id)
        if let refusal = launch.refusalOfRetry { throw refusal }
        guard let request = launch.request else { throw .noLaunch(id) }
        let histories = try await storing { () async throws(StoreError) in
            try await store.history(pool: launch.pool, requests: [request])
        }
        let failures = histories[request]?.failuresThatCount ?? 0
        let records = try await storing { () async throws(StoreError) in
            try await store.newestRecords(about: request.ledgerSubject, limit: maximumRecordsForRetry)
        }
        let earlier = newestRetry(of: request, pool: launch.pool, in: records)
        if let message = order.alreadyRetried(failures: failures, forgiven: earlier) {
            return OperatorReceipt(message, wasSo: true)
        }
        try await commit(order.retryEntry(of: launch, forgiving: failures, at: now()))
        return OperatorReceipt(order.done)
    }

    private func find(_ id: LaunchID) async throws(OperatorRefusal) -> Launch {
        do {
            if let launch = try await launch(id) { return launch }
        } catch {
            throw .notStored(error)
        }
        throw .noLaunch(id)
    }

    private func commit(_ entry: LedgerEntry?) async throws(OperatorRefusal) {
        guard let entry else { return }
        try await storing { () async throws(StoreError) in try await store.commit(LaunchBatch(entries: [entry])) }
    }

    private func storing<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(OperatorRefusal) -> Value {
        do {
            return try await body()
        } catch {
            throw .notStored(error)
        }
    }
}
