internal import Logging
internal import SlipwayCore
internal import Synchronization

/// What a pool's keeper tells of its placeholders: each change once, in the log and in the ledger.
final class PlaceholderReport: Sendable {
    private struct State {
        var pool: PoolID?
        var hasLooked = false
        var troubles: [PlaceholderTrouble] = []
        /// Why the last look failed, for anything but a missing permission.
        var failure: PortError?
        /// Not on disk yet.
        var unstored: [LedgerEntry] = []
    }

    private let poolName: String
    private let parts: EngineParts
    private let logger: Logger
    private let state = Mutex(State())

    /// Entries that are kept for a store that doesn't answer; the oldest are dropped.
    private static let maximumUnstored = 200

    init(poolName: String, parts: EngineParts) {
        self.poolName = poolName
        self.parts = parts
        var logger = parts.logger
        logger[metadataKey: "pool.name"] = "\(poolName)"
        self.logger = logger
    }

    var hasLooked: Bool { state.withLock { $0.hasLooked } }

    var note: String? {
        state.withLock { state in
            if let trouble = state.troubles.first { return trouble.text(pool: poolName) }
            return state.failure.map { "the placeholders of pool \(poolName) could not be looked at: \($0.message)" }
        }
    }

    func learned(_ pool: PoolID) { state.withLock { $0.pool = pool } }

    /// A step was taken, and has its entry.
    func took(_ entry: LedgerEntry) {
        var metadata: Logger.Metadata = ["agent.name": "\(entry.subject)", "what": "\(entry.kind)"]
        for name in ["demands", "reason"] {
            if case .text(let text)? = entry.facts[name] { metadata["\(name)"] = "\(text)" }
        }
        logger.notice("A placeholder was changed", metadata: metadata)
        keep([entry])
    }

    /// What a look has found, whether or not all of it could be mended.
    func found(_ steps: [PlaceholderStep]) {
        set(
            steps.compactMap { step in
                guard case .leave(name: let name, .nameTaken(let isOnline)) = step else { return nil }
                return .nameTaken(name, isOnline: isOnline)
            })
    }

    func succeeded() {
        state.withLock { state in
            state.hasLooked = true
            state.failure = nil
        }
    }

    /// A look failed. Said once for each kind of failure.
    func failed(_ error: PortError) {
        // What the next look won't change is not worth waiting for.
        if [.forbidden, .invalid].contains(error.code) { state.withLock { $0.hasLooked = true } }
        guard error.code != .forbidden else { return set([.refused], error) }
        let isNew = state.withLock { state in
            defer { state.failure = error }
            return state.failure?.code != error.code
        }
        guard isNew else { return }
        logger.warning(
            "The placeholders could not be looked at, and are looked at again", metadata: ["error": "\(error)"])
    }

    private func set(_ troubles: [PlaceholderTrouble], _ error: PortError? = nil) {
        let (before, pool) = state.withLock { state in
            defer { state.troubles = troubles }
            return (state.troubles, state.pool)
        }
        let added = troubles.filter { !before.contains($0) }
        for trouble in added {
            var metadata: Logger.Metadata = ["what": "\(trouble.text(pool: poolName))"]
            if let error { metadata["error"] = "\(error)" }
            logger.error("Jobs may fail at once for want of a placeholder", metadata: metadata)
        }
        if troubles.isEmpty, !before.isEmpty { logger.notice("The placeholders can be kept again") }
        keep(added.map { $0.entry(poolName: poolName, pool: pool, at: parts.time.now()) })
    }

    // MARK: In the ledger

    private func keep(_ entries: [LedgerEntry]) {
        state.withLock { state in
            state.unstored += entries
            state.unstored.removeFirst(max(0, state.unstored.count - Self.maximumUnstored))
        }
    }

    /// Writes what is not on disk yet. What the store doesn't take is kept for the next time.
    func store() async {
        let entries = state.withLock { $0.unstored }
        guard !entries.isEmpty else { return }
        do {
            try await parts.store.commit(LaunchBatch(entries: entries))
            state.withLock { $0.unstored.removeFirst(min(entries.count, $0.unstored.count)) }
        } catch {
            logger.error("What became of the placeholders could not be stored yet", metadata: ["error": "\(error)"])
        }
    }
}
