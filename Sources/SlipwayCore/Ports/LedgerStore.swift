/// The durable memory: deliveries, launches and the ledger. Shaped by the weakest backend: load with a version, commit
/// if the version still matches.
///
/// What a method has returned from is on disk and survives the loss of power. Callable from any task; concurrent
/// commits may share one write to the disk.
public protocol LedgerStore: Sendable {
    /// Records a delivery and its ledger record. A delivery whose key is known is recorded as its duplicate.
    func record(_ delivery: Delivery) async throws(StoreError) -> DeliveryReceipt

    /// Every launch that isn't closed.
    func openLaunches() async throws(StoreError) -> [Launch]

    /// Writes all of a batch, or nothing.
    func commit(_ batch: LaunchBatch) async throws(StoreError)

    /// The launches that these job requests of a pool have had.
    func history(pool: PoolID, requests: [JobRequestID]) async throws(StoreError) -> [JobRequestID: RequestHistory]

    /// The newest records about a subject, newest first: what a start has to know of what was done before.
    func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord]

    /// A number that changes when another process has written to the store.
    func foreignChanges() async throws(StoreError) -> Int64
}

/// Changes that belong together.
public struct LaunchBatch: Sendable {
    /// New launches: planned, or already starting. Each is refused if its id is known, or if its job request has another launch that
    /// can still take a job (invariant I2).
    public var inserts: [Launch]
    /// Each is refused unless the stored version is one less than the launch's.
    public var updates: [Launch]
    public var entries: [LedgerEntry]

    public init(inserts: [Launch] = [], updates: [Launch] = [], entries: [LedgerEntry] = []) {
        self.inserts = inserts
        self.updates = updates
        self.entries = entries
    }

    public init(_ transition: LaunchTransition) {
        self.init(updates: [transition.launch], entries: transition.entries)
    }

    public var isEmpty: Bool { inserts.isEmpty && updates.isEmpty && entries.isEmpty }
}

/// Why the store did not do it.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Disk full, read-only, locked, gone: nothing was written; it may work later.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The launch has changed since it was read: read it again.
        public static let versionConflict = Code(rawValue: "versionConflict")
        /// The launch exists already, or its job request has one that can still take a job.
        public static let duplicateLaunch = Code(rawValue: "duplicateLaunch")
        /// What is stored can't be understood: another version's, or damaged.
        public static let corrupt = Code(rawValue: "corrupt")
    }

    public var code: Code
    /// For the operator: what to do next.
    public var message: String
    public var cause: String?

    public init(code: Code, message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
