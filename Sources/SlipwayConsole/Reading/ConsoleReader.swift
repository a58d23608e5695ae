public import SlipwayCore

/// What the console reads. The composition root implements it over the store.
///
/// Reading must neither block an event loop nor hold up commits. A thrown error is shown as "the store can't be read"
/// and logged; its text is not shown.
public protocol ConsoleReader: Sendable {
    /// Launches, newest first: by `createdAt`, then by id, both descending.
    func launches(_ query: LaunchQuery) async throws -> LaunchPage

    /// Nil if there is none with that id.
    func launch(_ id: LaunchID) async throws -> Launch?

    /// The ledger's records, newest first, before a sequence; about one subject (a launch's id, `request-<id>`) if it is
    /// given. One that somebody has damaged is one of them.
    func records(before sequence: Int64, about subject: String?, limit: Int) async throws -> [RecordReading]

    /// Deliveries, newest first, before a number; of one disposition if it is given.
    func deliveries(
        before number: Int64, disposition: Delivery.Disposition?, limit: Int
    ) async throws -> [RecordedDelivery]

    /// Nil if there is none with that number.
    func delivery(_ number: Int64) async throws -> RecordedDelivery?

    /// The deliveries that told of a job, newest first; none for one whose run is not known.
    func deliveries(about origin: JobOrigin, limit: Int) async throws -> [RecordedDelivery]

    /// How the launches of the last minutes went. May be some seconds old.
    func figures(ofLastMinutes minutes: Int) async throws -> LaunchFigures

    /// What the launches that were made in a month cost. May be a minute old.
    ///
    /// Throws `ConsoleReaderBusy` where it takes long: then it goes on, and whoever asks again later gets it. However long
    /// it takes, the other methods answer meanwhile.
    func costs(of month: Month, by dimension: CostDimension) async throws -> MonthCosts

    /// How many launches of each pool are in each open state. What is missing is none.
    func openCounts() async throws -> [OpenCount]

    /// The pools' names, as far as they are known.
    func poolNames() async throws -> [PoolID: String]

    /// A number that grows with whatever is recorded. Cheap.
    func changeCounter() async throws -> Int64
}

/// What was asked for takes long. Asking again later helps.
public struct ConsoleReaderBusy: Error {
    public init() {}
}

/// How many launches of a pool are in an open state.
public struct OpenCount: Hashable, Sendable {
    public var pool: PoolID
    /// A `LaunchState.name`.
    public var state: String
    public var count: Int

    public init(pool: PoolID, state: String, count: Int) {
        self.pool = pool
        self.state = state
        self.count = count
    }
}

/// A delivery as the ledger has it.
public struct RecordedDelivery: Hashable, Sendable {
    public var number: Int64
    public var receivedAt: Timestamp
    public var disposition: Delivery.Disposition
    public var duplicateOf: Int64?
    /// What its ledger record says of it: one JSON object.
    public var facts: String

    public init(
        number: Int64, receivedAt: Timestamp, disposition: Delivery.Disposition, duplicateOf: Int64?, facts: String
    ) {
        self.number = number
        self.receivedAt = receivedAt
        self.disposition = disposition
        self.duplicateOf = duplicateOf
        self.facts = facts
    }
}
