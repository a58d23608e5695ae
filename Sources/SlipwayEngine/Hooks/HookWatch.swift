internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Looks every five minutes at the service hook subscriptions to our receiver. What changes goes to the ledger and to the
/// log. Where the policy says so, a deleted or disabled one is made anew, each at most once an hour.
///
/// Nothing waits for it: jobs are found by the sweep, whatever becomes of the hooks.
final class HookWatch: Sendable {
    private let port: any HookSubscriptionPort
    private let repairs: Bool
    private let parts: EngineParts
    private let state = Mutex(State())

    private struct State {
        var known: Set<HookSubject> = []
        var troubles: [HookTrouble] = []
        /// Nil until the ledger has told of repairs before the start.
        var repairedAt: [HookRepair: Timestamp]?
        /// Why the subscriptions can't be read; nil when they can.
        var unreadable: PortError?
    }

    static let pauseMilliseconds: Int64 = 300_000
    static let repairPauseMilliseconds: Int64 = 3_600_000
    /// Troubles that are told of one by one, and subjects that are remembered.
    private static let maximumTroubles = 100
    private static let maximumKnown = 1_000
    /// An hour's records of the hooks, and more.
    private static let maximumRecordsRead = 1_000

    init(port: any HookSubscriptionPort, repairs: Bool, parts: EngineParts) {
        self.port = port
        self.repairs = repairs
        self.parts = parts
    }

    /// What is wrong, in words for an operator; nil: nothing is known to be.
    var note: String? {
        state.withLock { state in
            if let error = state.unreadable { return "the subscriptions can't be read: \(error.message)" }
            guard let first = state.troubles.first else { return nil }
            let others = state.troubles.count - 1
            return first.text + (others > 0 ? " (and \(others) more, see the ledger's hooks.troubled)" : "")
        }
    }

    /// The same for whoever shows it.
    var report: LiveState.Hooks {
        state.withLock { state in
            LiveState.Hooks(
                isWatched: true, problem: state.unreadable?.message, known: state.known.count,
                troubles: state.troubles)
        }
    }

    func run() async {
        while !Task.isCancelled {
            await look()
            try? await parts.time.sleep(milliseconds: Self.pauseMilliseconds)
        }
    }

    private func look() async {
        do {
            try await judge()
        } catch  where Task.isCancelled {
            return
        } catch let error as PortError {
            cannotRead(error)
        } catch {
            // Not noted as seen, so the next look tells of it again.
            parts.logger.error("The state of the hooks could not be stored or read", metadata: ["error": "\(error)"])
        }
    }

    private func judge() async throws {
        let listed = try await port.subscriptions()
        let known = state.withLock { state in
            state.unreadable = nil
            for subscription in listed where state.known.count < Self.maximumKnown {
                state.known.insert(subscription.subject)
            }
            return state.known
        }
        let troubles = Array(hookTroubles(listed: listed, known: known).prefix(Self.maximumTroubles))
        try await tell(troubles)
        guard repairs else { return }
        try await recallRepairs()
        await repair(troubles)
    }

    // MARK: Telling

    private func tell(_ troubles: [HookTrouble]) async throws {
        let before = state.withLock { $0.troubles }
        let now = parts.time.now()
        let added = troubles.filter { !before.contains($0) }
        // A subscription in another trouble than before isn't restored.
        let restored = before.filter { old in !troubles.contains { $0.subject == old.subject } }
        var entries: [LedgerEntry] = []
        for trouble in added { entries.append(trouble.entry("hooks.troubled", at: now, notice: await notice(trouble))) }
        entries += restored.map { $0.entry("hooks.restored", at: now) }
        if !entries.isEmpty { try await parts.store.commit(LaunchBatch(entries: entries)) }
        state.withLock { $0.troubles = troubles }
        for trouble in added {
            parts.logger.warning("A service hook is in trouble", metadata: ["hook": "\(trouble.text)"])
        }
        for trouble in restored {
            parts.logger.notice(
                "A service hook works again",
                metadata: ["event": "\(trouble.subject.eventType)", "filter": "\(trouble.subject.filterText)"])
        }
    }

    /// The history may be closed to us; then it is left out.
    private func notice(_ trouble: HookTrouble) async -> HookNotice? {
        guard let id = trouble.subscription else { return nil }
        return try? await port.lastNotice(of: id)
    }

    /// Said once for each kind of failure, until the subscriptions can be read again.
    private func cannotRead(_ error: PortError) {
        let isNew = state.withLock { state in
            defer { state.unreadable = error }
            return state.unreadable?.code != error.code
        }
        guard isNew else { return }
        let isRefused = error.code == .forbidden || error.code == .unauthenticated
        let message: Logger.Message =
            isRefused
            ? "The hook subscriptions may not be read: give the token Build (read) and its owner View Subscriptions"
            : "The hook subscriptions could not be read, and are asked for again"
        parts.logger.warning(message, metadata: ["error": "\(error)"])
    }

    // MARK: Mending

    /// Once, and before any repair: the hour between two of them outlasts a start.
    private func recallRepairs() async throws(StoreError) {
        guard state.withLock({ $0.repairedAt == nil }) else { return }
        let records = try await parts.store.newestRecords(
            about: HookTrouble.ledgerSubject, limit: Self.maximumRecordsRead)
        let now = parts.time.now()
        var repairedAt: [HookRepair: Timestamp] = [:]
        for record in records {
            guard let repair = HookRepair(record), repairedAt[repair] == nil else { continue }
            // Not later than now: the clock may have been set back.
            repairedAt[repair] = min(record.at, now)
        }
        let recalled = repairedAt
        state.withLock { $0.repairedAt = recalled }
    }

    private func repair(_ troubles: [HookTrouble]) async {
        for trouble in troubles where trouble.isRepairable && mayRepair(trouble.subject) {
            do throws(PortError) {
                let id = try await port.create(trouble.subject, replacing: trouble.subscription)
                parts.logger.notice(
                    "A service hook was made anew", metadata: ["hook": "\(trouble.text)", "subscription": "\(id)"])
                await record(trouble, "hooks.repaired", ["newSubscription": .text(id)])
            } catch {
                guard !Task.isCancelled else { return }
                parts.logger.warning(
                    "A service hook could not be made anew, and is tried again in an hour",
                    metadata: ["hook": "\(trouble.text)", "error": "\(error)"])
                await record(trouble, "hooks.repairFailed", ["error": .text(error.message)])
            }
        }
    }

    /// Noted before the try, so that one that fails in any way counts too.
    private func mayRepair(_ subject: HookSubject) -> Bool {
        let now = parts.time.now()
        let repair = HookRepair(subject)
        return state.withLock { state in
            guard var repairedAt = state.repairedAt else { return false }
            if let last = repairedAt[repair], now.millisecondsSince(last) < Self.repairPauseMilliseconds {
                return false
            }
            repairedAt[repair] = now
            state.repairedAt = repairedAt.filter {
                now.millisecondsSince($0.value) < Self.repairPauseMilliseconds
            }
            return true
        }
    }

    private func record(
        _ trouble: HookTrouble, _ kind: String, _ facts: [String: LedgerFacts.Fact]
    ) async {
        var entry = trouble.entry(kind, at: parts.time.now())
        for (name, fact) in facts { entry.facts[name] = fact }
        do {
            try await parts.store.commit(LaunchBatch(entries: [entry]))
        } catch {
            parts.logger.error("A repair of the hooks could not be stored", metadata: ["error": "\(error)"])
        }
    }
}
