internal import GRDB
public import SlipwayCore

extension StoreReader: UsagePort {
    /// Sums over the launches of a span, one row for each that used the same: no ledger record and no launch is read.
    public func usage(
        by dimension: CostDimension, from start: Timestamp, to end: Timestamp
    ) async throws(StoreError) -> [UsageGroup] {
        try await read { database in
            let units = try Self.units(database)
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(dimension.column), standing, unit, seconds, gap, count(*)
                    FROM launch_usage WHERE made_at >= ? AND made_at < ? GROUP BY 1, 2, 3, 4, 5
                    """)
            var groups: [UsageGroup] = []
            let rows = try Row.fetchCursor(statement, arguments: [start.milliseconds, end.milliseconds])
            while let row = try rows.next() {
                groups.append(
                    UsageGroup(
                        key: String.fromDatabaseValue(row[0]), usage: Self.usage(row, units),
                        launches: Int64.fromDatabaseValue(row[5]) ?? 0))
            }
            return groups
        }
    }

    /// The names of projects, as far as they are known, by id.
    public func projectNames() async throws(StoreError) -> [String: String] {
        try await read { database in
            var names: [String: String] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT project, name FROM project_names")
            while let row = try rows.next() {
                guard let project = String.fromDatabaseValue(row[0]) else { continue }
                names[project] = String.fromDatabaseValue(row[1])
            }
            return names
        }
    }

    private static func units(_ database: Database) throws -> [Int64: UsageUnit] {
        var units: [Int64: UsageUnit] = [:]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, region, capacity, platform, cpu, memory, storage FROM usage_units")
        while let row = try rows.next() {
            guard let id = Int64.fromDatabaseValue(row[0]), let region = String.fromDatabaseValue(row[1]),
                let capacity = String.fromDatabaseValue(row[2]),
                let platform = String.fromDatabaseValue(row[3]).flatMap(UsageUnit.Platform.init),
                let cpu = Int64.fromDatabaseValue(row[4]), let memory = Int64.fromDatabaseValue(row[5]),
                let storage = Int64.fromDatabaseValue(row[6])
            else { continue }
            units[id] = UsageUnit(
                region: region, capacity: capacity, platform: platform, cpu: cpu, memory: memory, storage: storage)
        }
        return units
    }

    /// What another version may have written, and this one doesn't know, is unknown.
    private static func usage(_ row: Row, _ units: [Int64: UsageUnit]) -> LaunchUsage {
        switch Int64.fromDatabaseValue(row[1]).flatMap(UsageRow.Standing.init) {
        case .nothing?: return .nothing
        case .running?: return .running(since: nil, nil)
        case .known?:
            guard let unit = Int64.fromDatabaseValue(row[2]).flatMap({ units[$0] }),
                unit.isPlausible, let seconds = Int64.fromDatabaseValue(row[3]),
                (0...UsageUnit.maximumSeconds).contains(seconds)
            else { return .unknown(.sizeNotTold) }
            return .known(unit, seconds: seconds)
        case .unknown?, nil:
            return .unknown(String.fromDatabaseValue(row[4]).flatMap(UsageGap.init) ?? .notRecorded)
        }
    }
}

extension CostDimension {
    /// An expression over `launch_usage`. A text or NULL.
    fileprivate var column: String {
        switch self {
        case .project: "project"
        // Pipelines of two projects may have one name.
        case .pipeline: "ifnull(project, '?') || '/' || pipeline"
        case .profile: "profile"
        case .pool: "CAST(pool AS TEXT)"
        case .requester: "requester"
        case .capacity: "capacity"
        case .day: "CAST(made_at / 86400000 AS TEXT)"
        }
    }
}
