internal import GRDB
internal import SlipwayCore

/// The queries over launches that the port asks for.
enum LaunchRows {
    /// Values in one list of a statement. SQLite takes 32,766; fewer keep the statement small.
    static let maximumListed = 500

    static func open(_ database: Database) throws -> [Launch] {
        try launches(
            database.cachedStatement(sql: "SELECT id, body FROM launches WHERE is_open = 1 ORDER BY created_at, id"), []
        )
    }

    static func history(
        _ database: Database, pool: PoolID, requests: [JobRequestID]
    ) throws -> [JobRequestID: RequestHistory] {
        var histories: [JobRequestID: RequestHistory] = [:]
        for start in stride(from: 0, to: requests.count, by: maximumListed) {
            let some = requests[start..<min(start + maximumListed, requests.count)]
            let marks = repeatElement("?", count: some.count).joined(separator: ",")
            let statement = try database.makeStatement(
                sql: "SELECT id, body FROM launches WHERE pool = ? AND request IN (\(marks)) ORDER BY request, ordinal")
            let arguments = StatementArguments([Int64(pool.rawValue)] + some.map(\.rawValue))
            for launch in try launches(statement, arguments) {
                guard let request = launch.request else { continue }
                histories[request, default: RequestHistory()].add(launch)
            }
        }
        return histories
    }

    /// Launches by hand are among those for nobody, and few.
    static func warmHistory(
        _ database: Database, pool: PoolID, profiles: [String]
    ) throws -> [String: WarmHistory] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, body FROM launches
                WHERE pool = ? AND profile = ? AND request IS NULL AND booking IS NULL ORDER BY created_at DESC, id DESC LIMIT ?
                """)
        return try profiles.reduce(into: [:]) { histories, profile in
            let newest = try launches(statement, [pool.rawValue, profile, WarmHistory.maximumLaunches])
            histories[profile] = WarmHistory(newestFirst: newest)
        }
    }

    /// `statement` selects id and body.
    static func launches(_ statement: Statement, _ arguments: StatementArguments) throws -> [Launch] {
        let decoder = LaunchDecoder()
        var launches: [Launch] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { launches.append(try decoder.launch(row)) }
        return launches
    }
}
