internal import GRDB
public import SlipwayCore

extension StoreError.Code {
    /// The schema refuses the data: a fault of Slipway's own, to be reported.
    public static let refused = StoreError.Code(rawValue: "refused")
    /// The path leads to no store and to no place for one: it is wrong.
    public static let wrongPath = StoreError.Code(rawValue: "wrongPath")
    /// The store's schema is one that this program has yet to bring up to date, or doesn't know.
    public static let olderVersion = StoreError.Code(rawValue: "olderVersion")
    public static let newerVersion = StoreError.Code(rawValue: "newerVersion")
    /// Another engine runs on the store.
    public static let locked = StoreError.Code(rawValue: "locked")
}

extension StoreError {
    /// Any error of the database in an operator's words.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        // Its description could hold what was stored.
        default: self.init(code: .unavailable, message: "the store \(path) failed", cause: "\(type(of: error))")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let (code, message) = Self.advice(error, path)
        // SQLite's message, and neither the statement nor its arguments.
        self.init(
            code: code, message: message,
            cause: "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")")
    }

    private static func advice(_ error: DatabaseError, _ path: String) -> (Code, String) {
        switch error.resultCode {
        case .SQLITE_FULL:
            (.unavailable, "the disk under the store \(path) is full: free space there; writing goes on by itself then")
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            (.unavailable, "another process holds the store \(path): end it, or its open transaction")
        case .SQLITE_READONLY:
            (.unavailable, "the store \(path) can't be written: \(readOnlyAdvice(error))")
        case .SQLITE_CANTOPEN:
            (
                .unavailable,
                "the store \(path) can't be opened: check that it and its directory exist and belong to Slipway's user, "
                    + "and the limit of open files"
            )
        case .SQLITE_PERM, .SQLITE_AUTH:
            (.unavailable, "the store \(path) may not be used: check the permissions of it and its directory")
        case .SQLITE_IOERR:
            (
                .unavailable,
                "the disk under the store \(path) fails, or a quota is reached: look into the system's log"
            )
        case .SQLITE_NOMEM:
            (.unavailable, "there is not enough memory for the store \(path)")
        case .SQLITE_CORRUPT:
            (.corrupt, "the store \(path) is damaged: stop the server, keep a copy, and restore a backup")
        case .SQLITE_NOTADB:
            (.corrupt, "\(path) is not a SQLite database: correct store.path, or restore a backup")
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH:
            (.refused, "the store \(path) refuses the data; this is a fault of Slipway: please report it")
        case .SQLITE_MISUSE:
            (.unavailable, "the store \(path) is closed")
        default:
            (.unavailable, "the store \(path) failed")
        }
    }

    private static func readOnlyAdvice(_ error: DatabaseError) -> String {
        if error.extendedResultCode == .SQLITE_READONLY_DBMOVED {
            return "its file was moved or deleted while the server ran; put it back and restart the server"
        }
        return "check how its file system is mounted, and that file and directory belong to Slipway's user"
    }
}
