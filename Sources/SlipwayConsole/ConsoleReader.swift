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

    /// The ledger's records about a launch, in the ledger's order. At most `limit`, the first ones.
    func records(of id: LaunchID, limit: Int) async throws -> [LedgerRecord]

    /// How many launches of each pool are in each open state. What is missing is none.
    func openCounts() async throws -> [OpenCount]

    /// The pools' names, as far as they are known.
    func poolNames() async throws -> [PoolID: String]
}

/// Which launches.
public struct LaunchQuery: Hashable, Sendable {
    /// `LaunchState.name`s; nil for all.
    public var states: Set<String>?
    public var pool: PoolID?
    /// 1 to `maximumLimit`.
    public var limit: Int
    /// Only launches that come after this one in the order.
    public var after: LaunchCursor?

    public init(states: Set<String>? = nil, pool: PoolID? = nil, limit: Int = 50, after: LaunchCursor? = nil) {
        self.states = states
        self.pool = pool
        self.limit = limit
        self.after = after
    }

    public static let maximumLimit = 200
    public static let openStates = ["planned", "starting", "pending", "online", "busy", "finished", "cleaning"]
    public static let allStates = openStates + ["closed"]
}

/// A place in the order of launches.
public struct LaunchCursor: Hashable, Sendable {
    public var createdAt: Timestamp
    public var id: LaunchID

    public init(createdAt: Timestamp, id: LaunchID) {
        self.createdAt = createdAt
        self.id = id
    }

    public init(_ launch: Launch) {
        self.init(createdAt: launch.createdAt, id: launch.id)
    }

    /// As a query parameter: opaque to callers.
    var text: String { "\(createdAt.milliseconds).\(id)" }

    init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = LaunchID(rawValue: String(parts[1])) else {
            return nil
        }
        self.init(createdAt: Timestamp(milliseconds: milliseconds), id: id)
    }
}

/// Some launches, and where the next ones begin.
public struct LaunchPage: Sendable {
    public var launches: [Launch]
    /// Nil if these are the last.
    public var next: LaunchCursor?

    public init(launches: [Launch], next: LaunchCursor?) {
        self.launches = launches
        self.next = next
    }
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
