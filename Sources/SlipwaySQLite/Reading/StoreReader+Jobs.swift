internal import GRDB
public import SlipwayCore

extension StoreReader {
    /// The launches that were made for a job request, oldest first; of every pool that has such a one.
    public func launches(forRequest request: JobRequestID, pool: PoolID? = nil) async throws(StoreError) -> [Launch] {
        try await read { database in
            let pools = try pool.map { [$0.rawValue] } ?? Self.pools(database)
            var launches: [Launch] = []
            for pool in pools {
                let statement = try database.cachedStatement(
                    sql: "SELECT id, body FROM launches WHERE pool = ? AND request = ? ORDER BY ordinal LIMIT 200")
                launches += try LaunchRows.launches(statement, [pool, request.rawValue])
            }
            return launches
        }
    }

    /// The launches that were made for a job of a pipeline, by its id; with a run, for that run's jobs. The latest 200, oldest
    /// first.
    ///
    /// - Parameter job: nil: every job of the run.
    public func launches(forJob job: String?, run: Int?) async throws(StoreError) -> [Launch] {
        guard job != nil || run != nil else { return [] }
        return try await read { database in
            var terms: [String] = []
            var arguments: StatementArguments = []
            if let job {
                terms.append("job = ?")
                arguments += [job.lowercased()]
            }
            if let run {
                terms.append("run = ?")
                arguments += [run]
            }
            let statement = try database.makeStatement(
                sql: """
                    SELECT id, body FROM launches JOIN launch_usage ON launch = id
                    WHERE \(terms.joined(separator: " AND "))
                    ORDER BY created_at DESC, id DESC LIMIT 200
                    """)
            return try LaunchRows.launches(statement, arguments).reversed()
        }
    }

    /// The launches whose agent ran a job request, for whichever they were made.
    public func launches(whoseAgentRan request: JobRequestID) async throws(StoreError) -> [Launch] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT id, body FROM launches WHERE ran = ? ORDER BY created_at, id LIMIT 20")
            return try LaunchRows.launches(statement, [request.rawValue])
        }
    }

    /// One step in the index for each pool, however many launches it has.
    private static func pools(_ database: Database) throws -> [Int] {
        try Int.fetchAll(database, sql: poolsSQL)
    }

    static let poolsSQL = """
        WITH RECURSIVE pools (pool) AS (
            SELECT min(pool) FROM launches WHERE request IS NOT NULL
            UNION ALL
            SELECT (SELECT min(pool) FROM launches WHERE pool > pools.pool AND request IS NOT NULL) FROM pools
            WHERE pools.pool IS NOT NULL)
        SELECT pool FROM pools WHERE pool IS NOT NULL
        """
}
