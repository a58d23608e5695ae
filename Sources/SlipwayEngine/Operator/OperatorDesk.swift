internal import Logging
internal import SlipwayCore

/// Carries out what operators want, and knows what they have put on hold. The ledger's word comes first: what could not be
/// stored is not done, and what it says when an order comes decides what the order means.
///
/// One order at a time, and none while all is read anew: two at once would each find things as they were before the other,
/// and what is known here could end up older than the ledger.
actor OperatorDesk {
    private let store: any LedgerStore
    private let book: LaunchBook
    private let effects: EffectQueue
    private let profiles: [ProfileKey]
    private let time: any TimeSource
    private let logger: Logger
    private(set) var holds = OperatorHolds()
    /// Asked for once each, until an operator or another process writes: given-up job requests are few.
    private var forgiven: [RetryKey: Int] = [:]
    /// Grows with whatever changes what is forgiven: what was read before may be older.
    private var forgivenVersion = 0
    private var foreignChanges: Int64?
    private let turns = Turns<Part>()

    /// All of it: an order may be about anything.
    private enum Part { case whole }

    private struct RetryKey: Hashable {
        var pool: PoolID
        var request: JobRequestID
    }

    private static let maximumRemembered = 10_000
    private static let maximumWaiting = 64

    init(
        store: any LedgerStore, book: LaunchBook, effects: EffectQueue, profiles: [ProfileKey], time: any TimeSource,
        logger: Logger
    ) {
        self.store = store
        self.book = book
        self.effects = effects
        self.profiles = profiles
        self.time = time
        self.logger = logger
    }

    /// Reads what is on hold: at the start, and after another process has written.
    func load() async throws(StoreError) {
        await turns.begin(.whole)
        defer { turns.end(.whole) }
        let changes = try await store.foreignChanges()
        var fresh = OperatorHolds()
        for subject in OperatorHolds.subjects(of: profiles) {
            guard let record = try await store.newestRecords(about: subject, limit: 1).first else { continue }
            fresh.take(record, profiles: profiles)
        }
        holds = fresh
        forgiven = [:]
        forgivenVersion += 1
        foreignChanges = changes
    }

    /// Reads anew if another process has written since it was last read. Answers whether it did.
    func loadIfChangedByOthers() async throws(StoreError) -> Bool {
        guard try await store.foreignChanges() != foreignChanges else { return false }
        try await load()
        return true
    }

    /// Of job requests with failed launches, how many failures each is forgiven. Those with none are left out.
    func forgiven(
        pool: PoolID, _ histories: [JobRequestID: RequestHistory]
    ) async throws(StoreError) -> [JobRequestID: Int] {
        var found: [JobRequestID: Int] = [:]
        for (request, history) in histories where history.failuresThatCount > 0 {
            let count = try await forgiven(RetryKey(pool: pool, request: request))
            if count > 0 { found[request] = count }
        }
        return found
    }

    private func forgiven(_ key: RetryKey) async throws(StoreError) -> Int {
        if let known = forgiven[key] { return known }
        let version = forgivenVersion
        let count = forgivenFailures(of: key.request, pool: key.pool, in: try await retryRecords(key))
        // A retry that was stored meanwhile may be missing from what was read.
        guard version == forgivenVersion else { return forgiven[key] ?? count }
        if forgiven.count >= Self.maximumRemembered { forgiven = [:] }
        forgiven[key] = count
        return count
    }

    private func retryRecords(_ key: RetryKey) async throws(StoreError) -> [LedgerRecord] {
        try await store.newestRecords(about: key.request.ledgerSubject, limit: maximumRecordsForRetry)
    }
}

// MARK: Orders

extension OperatorDesk {
    /// - Parameter closedLaunch: looks for a launch that is no longer open.
    func perform(
        _ order: OperatorOrder, closedLaunch: @Sendable (LaunchID) async throws -> Launch?
    ) async throws(OperatorRefusal) -> OperatorReceipt {
        guard turns.count(.whole) < Self.maximumWaiting else { throw .tooMany }
        await turns.begin(.whole)
        defer { turns.end(.whole) }
        let receipt: OperatorReceipt =
            switch order.action {
            case .drain, .resume, .pauseProfile, .resumeProfile: try await hold(order)
            case .stopLaunch(let id, let isForced):
                try await stop(id, isForced, order, closedLaunch)
            case .retryLaunch(let id): try await retry(id, order, closedLaunch)
            }
        logger.notice(
            "An operator's order was carried out",
            metadata: ["by": "\(order.by)", "what": "\(receipt.message)", "reason": "\(order.reason ?? "")"])
        return receipt
    }

    private func hold(_ order: OperatorOrder) async throws(OperatorRefusal) -> OperatorReceipt {
        if let refusal = order.refusal(knowing: profiles) { throw refusal }
        let now = time.now()
        guard let entry = order.entry(at: now) else { throw OperatorRefusal(.unavailable, "the order has no record") }
        // Another process may have put it on hold since we last looked.
        let newest = try await storing { () async throws(StoreError) in
            try await store.newestRecords(about: entry.subject, limit: 1).first
        }
        if let newest { holds.take(newest, profiles: profiles) }
        if let message = order.alreadySo(holds) { return OperatorReceipt(message, wasSo: true) }
        try await storing { () async throws(StoreError) in try await book.record(entry) }
        holds.take(order, at: now)
        return OperatorReceipt(order.done)
    }

    private func stop(
        _ id: LaunchID, _ isForced: Bool, _ order: OperatorOrder,
        _ closedLaunch: @Sendable (LaunchID) async throws -> Launch?
    ) async throws(OperatorRefusal) -> OperatorReceipt {
        guard let launch = try await find(id, closedLaunch) else { throw .noLaunch(id) }
        if let refusal = launch.refusal(ofStopForced: isForced, reason: order.reason) { throw refusal }
        guard let entry = order.entry(at: time.now()) else { throw .noLaunch(id) }
        let changed = try await storing { () async throws(StoreError) in
            try await book.apply(order.stopEvent(isForced: isForced), to: id, noting: [entry])
        }
        guard changed != nil else {
            // It changed meanwhile: what it is now says why.
            let now = try await find(id, closedLaunch)
            throw now?.refusal(ofStopForced: isForced, reason: order.reason)
                ?? OperatorRefusal(.over, "launch \(id) is ending already")
        }
        effects.enqueue(id)
        return OperatorReceipt(order.done)
    }

    private func retry(
        _ id: LaunchID, _ order: OperatorOrder, _ closedLaunch: @Sendable (LaunchID) async throws -> Launch?
    ) async throws(OperatorRefusal) -> OperatorReceipt {
        guard let launch = try await find(id, closedLaunch) else { throw .noLaunch(id) }
        if let refusal = launch.refusalOfRetry { throw refusal }
        guard let request = launch.request else { throw .noLaunch(id) }
        let histories = try await storing { () async throws(StoreError) in
            try await store.history(pool: launch.pool, requests: [request])
        }
        let failures = histories[request]?.failuresThatCount ?? 0
        let key = RetryKey(pool: launch.pool, request: request)
        let records = try await storing { () async throws(StoreError) in try await retryRecords(key) }
        let earlier = newestRetry(of: request, pool: launch.pool, in: records)
        if let message = order.alreadyRetried(failures: failures, forgiven: earlier) {
            return OperatorReceipt(message, wasSo: true)
        }
        guard let entry = order.retryEntry(of: launch, forgiving: failures, at: time.now()) else { throw .noLaunch(id) }
        try await storing { () async throws(StoreError) in try await book.record(entry) }
        forgiven[key] = failures
        forgivenVersion += 1
        return OperatorReceipt(order.done)
    }

    private func find(
        _ id: LaunchID, _ closedLaunch: @Sendable (LaunchID) async throws -> Launch?
    ) async throws(OperatorRefusal) -> Launch? {
        if let open = await book.launch(id) { return open }
        do {
            return try await closedLaunch(id)
        } catch {
            throw .notStored(error)
        }
    }

    private func storing<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(OperatorRefusal) -> Value {
        do {
            return try await body()
        } catch {
            logger.error("An operator's order was not carried out", metadata: ["error": "\(error)"])
            throw .notStored(error)
        }
    }
}
