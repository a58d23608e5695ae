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

    /// The same of bookings.
    func history(bookings: [BookingID]) async throws(StoreError) -> [BookingID: RequestHistory]

    /// The same of what these profiles of a pool keep warm. A profile without any such launch may be left out.
    func warmHistory(pool: PoolID, profiles: [String]) async throws(StoreError) -> [String: WarmHistory]

    func booking(_ id: BookingID) async throws(StoreError) -> Booking?

    /// Every booking whose task has not been told how it ended, and those that an open launch is bound to.
    func bookingsAtWork() async throws(StoreError) -> [Booking]

    /// Of each of these agents of a pool the booking that speaks for its name (`Booking.overrules`); of one that nobody
    /// asked for, none.
    ///
    /// - Parameter pool: as the configuration spells it.
    func bookings(named names: [BoundAgentName], pool: String) async throws(StoreError) -> [Booking]

    /// Drops bookings that were closed before then and that no open launch is bound to, some at a time. Answers how many.
    func dropBookings(closedBefore: Timestamp) async throws(StoreError) -> Int

    /// The newest records about a subject, newest first: what a start has to know of what was done before.
    func newestRecords(about subject: String, limit: Int) async throws(StoreError) -> [LedgerRecord]

    /// A number that changes when another process has written to the store.
    func foreignChanges() async throws(StoreError) -> Int64
}

/// Changes that belong together.
public struct LaunchBatch: Sendable {
    /// New launches: planned, or already starting. Each is refused if its id is known, or if its job request has another launch that
    /// can still take a job, or its booking one that is open (invariant I2).
    public var inserts: [Launch]
    /// Each is refused unless the stored version is one less than the launch's.
    public var updates: [Launch]
    public var entries: [LedgerEntry]
    /// Of version 0: new, refused if known. Else each is refused unless the stored version is one less.
    public var bookings: [Booking]

    public init(
        inserts: [Launch] = [], updates: [Launch] = [], entries: [LedgerEntry] = [], bookings: [Booking] = []
    ) {
        self.inserts = inserts
        self.updates = updates
        self.entries = entries
        self.bookings = bookings
    }

    public init(_ transition: BookingTransition) {
        self.init(entries: [transition.entry], bookings: [transition.booking])
    }

    public init(_ transition: LaunchTransition) {
        self.init(updates: [transition.launch], entries: transition.entries)
    }

    public var isEmpty: Bool { inserts.isEmpty && updates.isEmpty && entries.isEmpty && bookings.isEmpty }
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
        /// The launch or the booking exists already, or what the launch is for has another.
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
