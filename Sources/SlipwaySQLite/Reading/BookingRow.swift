internal import Foundation
internal import GRDB
internal import SlipwayCore

/// A booking as a row: its body, which is the truth, and the columns that it is searched by.
struct BookingRow: Hashable, Sendable {
    var id: String
    var version: Int
    var agentName: String?
    var stageAttempt: Int
    var jobAttempt: Int
    var closedAt: Int64?
    var body: String

    init(_ booking: Booking) throws(StoreError) {
        id = booking.id.rawValue
        version = booking.version
        agentName = booking.agent?.name.rawValue
        stageAttempt = booking.identity.stageAttempt
        jobAttempt = booking.identity.jobAttempt
        closedAt = booking.closedAt?.milliseconds
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            body = String(decoding: try encoder.encode(booking), as: UTF8.self)
        } catch {
            throw StoreError(
                code: .refused, message: "booking \(booking.id) can't be written as JSON; please report it",
                cause: "\(error)")
        }
    }
}

/// The queries over bookings that the port asks for.
enum BookingRows {
    static func one(_ database: Database, _ id: BookingID) throws -> Booking? {
        try bookings(
            database.cachedStatement(sql: "SELECT id, body FROM bookings WHERE id = ?"), [id.rawValue]
        ).first
    }

    static func atWork(_ database: Database) throws -> [Booking] {
        try bookings(
            database.cachedStatement(
                sql: """
                    SELECT id, body FROM bookings WHERE closed_at IS NULL
                    UNION
                    SELECT id, body FROM bookings WHERE id IN (
                        SELECT booking FROM launches WHERE is_open = 1 AND booking IS NOT NULL)
                    """), [])
    }

    /// A name has a row for each time that its run asked for it: few.
    static func speaking(_ database: Database, for names: [BoundAgentName], pool: String) throws -> [Booking] {
        let statement = try database.cachedStatement(sql: "SELECT id, body FROM bookings WHERE agent_name = ?")
        return try names.compactMap { name in
            try bookings(statement, [name.rawValue]).filter { $0.agent?.pool == pool }.max { $1.overrules($0) }
        }
    }

    static func history(_ database: Database, _ ids: [BookingID]) throws -> [BookingID: RequestHistory] {
        let statement = try database.cachedStatement(
            sql: "SELECT id, body FROM launches WHERE booking = ? ORDER BY ordinal")
        var histories: [BookingID: RequestHistory] = [:]
        for id in ids {
            for launch in try LaunchRows.launches(statement, [id.rawValue]) {
                histories[id, default: RequestHistory()].add(launch)
            }
        }
        return histories
    }

    /// `statement` selects id and body.
    private static func bookings(_ statement: Statement, _ arguments: StatementArguments) throws -> [Booking] {
        let decoder = JSONDecoder()
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let id = String.fromDatabaseValue(row[0]) ?? "?"
            guard let body = String.fromDatabaseValue(row[1]) else { throw unreadable(id, nil) }
            do {
                return try decoder.decode(Booking.self, from: Data(body.utf8))
            } catch {
                throw unreadable(id, error)
            }
        }
    }

    private static func unreadable(_ id: String, _ error: (any Error)?) -> StoreError {
        StoreError(
            code: .corrupt, message: "booking \(id) can't be read: run slipway ledger verify, or restore a backup",
            cause: error.map { "\($0)" })
    }
}
