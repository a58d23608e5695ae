internal import GRDB
public import SlipwayCore

/// What the beginning of a launch's id leads to.
public enum LaunchMatch: Hashable, Sendable {
    case none
    case one(Launch)
    /// Some of those that begin with it, at most ten.
    case several([LaunchID])
}

extension StoreReader {
    /// Launches, newest first. One that can't be read is named, and keeps nobody from the others.
    public func launches(
        _ query: LaunchQuery = LaunchQuery(), after cursor: LaunchCursor? = nil, limit: Int = 50
    ) async throws(StoreError) -> LaunchPage {
        let limit = Self.bounded(limit)
        return try await read { database in
            let (condition, arguments) = query.condition(after: cursor)
            let statement = try database.makeStatement(
                sql: """
                    SELECT id, body, created_at FROM launches WHERE \(condition)
                    ORDER BY created_at DESC, id DESC LIMIT ?
                    """)
            // One more than is shown tells whether there is a next page.
            let rows = try Row.fetchAll(statement, arguments: arguments + [limit + 1])
            let decoder = LaunchDecoder()
            var page = LaunchPage(launches: [])
            for row in rows.prefix(limit) {
                do {
                    page.launches.append(try decoder.launch(row))
                } catch let error as StoreError {
                    page.unreadable.append(.init(id: String.fromDatabaseValue(row[0]) ?? "?", error: error))
                }
            }
            if rows.count > limit { page.next = try rows[limit - 1].launchCursor }
            return page
        }
    }

    public func launch(_ id: LaunchID) async throws(StoreError) -> Launch? {
        try await read { database in
            let statement = try database.cachedStatement(sql: "SELECT id, body FROM launches WHERE id = ?")
            return try LaunchRows.launches(statement, [id.rawValue]).first
        }
    }

    /// The launch whose id is `text`, or is the only one to begin with it.
    public func launch(matching text: String) async throws(StoreError) -> LaunchMatch {
        guard let prefix = LaunchID(rawValue: text) else { return .none }
        if let exact = try await launch(prefix) { return .one(exact) }
        return try await read { database in
            // An id has nothing above `z`, so this range is what begins with the prefix, and the index serves it.
            let statement = try database.cachedStatement(
                sql: "SELECT id, body FROM launches WHERE id > ? AND id < ? || '~' ORDER BY id LIMIT 10")
            let found = try LaunchRows.launches(statement, [prefix.rawValue, prefix.rawValue])
            if let only = found.first, found.count == 1 { return .one(only) }
            return found.isEmpty ? .none : .several(found.map(\.id))
        }
    }
}

extension Row {
    /// By its id and `created_at`, which must be its first and third column.
    fileprivate var launchCursor: LaunchCursor {
        get throws {
            guard let id = String.fromDatabaseValue(self[0]).flatMap(LaunchID.init(rawValue:)),
                let createdAt = Int64.fromDatabaseValue(self[2])
            else {
                throw StoreError(
                    code: .corrupt,
                    message: "a launch has an id that none can have: run `slipway ledger verify`, then restore a backup"
                )
            }
            return LaunchCursor(createdAt: Timestamp(milliseconds: createdAt), id: id)
        }
    }
}

extension StoreReader {
    /// How many open launches each pool has in each state, by the name of the state.
    public func openCounts() async throws(StoreError) -> [PoolID: [String: Int]] {
        try await read { database in
            var counts: [PoolID: [String: Int]] = [:]
            // By name: with one that has the pools in order SQLite would read every launch that there ever was.
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT pool, state, count(*) FROM launches INDEXED BY launches_open WHERE is_open = 1
                    GROUP BY pool, state
                    """)
            while let row = try rows.next() {
                guard let pool = Int.fromDatabaseValue(row[0]), let state = String.fromDatabaseValue(row[1]) else {
                    continue
                }
                counts[PoolID(rawValue: pool), default: [:]][state] = Int.fromDatabaseValue(row[2]) ?? 0
            }
            return counts
        }
    }
}
