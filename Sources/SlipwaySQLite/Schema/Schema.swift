internal import GRDB
internal import SlipwayCore

/// The schema's identity and its versions.
///
/// A migration that was shipped is never edited, and names no type of the application: it must still do the same when
/// the types have moved on.
enum Schema {
    /// In the file's header, so that another program's database is told from an empty one: "Slip".
    static let applicationID: Int32 = 0x536C_6970

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in try database.execute(sql: version1) }
        migrator.registerMigration("2") { database in try database.execute(sql: version2) }
        migrator.registerMigration("3") { database in try database.execute(sql: version3) }
        // From here on, always immediate: a store may have been pruned, deliveries that stayed then name ones that are gone,
        // and a check of all foreign keys, which is what GRDB does otherwise, would refuse the store.
        migrator.registerMigration("4", foreignKeyChecks: .immediate) { database in
            try database.execute(sql: version4)
        }
        migrator.registerMigration("5", foreignKeyChecks: .immediate) { database in
            try database.execute(sql: version5)
        }
        return migrator
    }

    static func migrate(_ pool: DatabasePool, path: String) throws {
        try pool.read { database in try requireNotNewer(database, path: path) }
        try migrator.migrate(pool)
    }

    /// For a connection that may not migrate.
    static func requireCurrent(_ database: Database, path: String) throws {
        try requireNotNewer(database, path: path)
        guard try migrator.hasCompletedMigrations(database) else {
            throw StoreError(
                code: .olderVersion,
                message:
                    "the store \(path) was written by an older version: start the server once to bring it up to date")
        }
    }

    private static func requireNotNewer(_ database: Database, path: String) throws {
        guard try migrator.hasBeenSuperseded(database) else { return }
        throw StoreError(
            code: .newerVersion,
            message:
                "the store \(path) was written by a newer version of Slipway: run that version, or restore a backup")
    }

    /// An empty database is ours to be; `grdb_` tables alone are a start that was interrupted.
    static func requireOurs(_ database: Database, path: String) throws {
        let identity = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if identity == applicationID { return }
        let tables =
            try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM sqlite_schema WHERE name NOT GLOB 'grdb_*' AND name NOT GLOB 'sqlite_*'")
            ?? 0
        guard identity == 0, tables == 0 else {
            throw StoreError(
                code: .corrupt, message: "\(path) is another program's database: correct store.path")
        }
    }
}
