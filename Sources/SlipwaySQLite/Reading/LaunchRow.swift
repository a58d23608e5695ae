internal import Foundation
internal import GRDB
internal import SlipwayCore

/// A launch as a row: its body, which is the truth, and the columns that it is searched by.
struct LaunchRow: Hashable, Sendable {
    var id: String
    var version: Int
    var pool: Int
    var profile: String
    var request: Int64?
    var ordinal: Int
    var ran: Int64?
    var state: String
    var isOpen: Bool
    var canTakeJob: Bool
    var outcome: String?
    var createdAt: Int64
    var stateSince: Int64
    var project: String?
    var pipeline: Int?
    var pipelineName: String?
    /// Its agent took a job of which project and pipeline are told instead of those of the job that it is for.
    var isOfAnothersJob: Bool
    var runningAt: Int64?
    var onlineAt: Int64?
    var busyAt: Int64?
    var finishedAt: Int64?
    var endedAt: Int64?
    var body: String
    var booking: String?
    var usage: UsageRow

    init(_ launch: Launch) throws(StoreError) {
        id = launch.id.rawValue
        version = launch.version
        pool = launch.pool.rawValue
        profile = launch.profile
        request = launch.request?.rawValue
        ordinal = launch.ordinal
        ran = launch.ran?.rawValue
        state = launch.state.name
        isOpen = launch.isOpen
        canTakeJob = launch.canTakeJob
        outcome = launch.outcome?.kind.rawValue
        createdAt = launch.createdAt.milliseconds
        stateSince = launch.stateSince.milliseconds
        booking = launch.binding?.booking.rawValue
        project = launch.jobOrigin.projectID
        pipeline = launch.jobOrigin.pipelineID
        isOfAnothersJob = launch.ranOrigin != nil
        pipelineName = launch.jobOrigin.pipelineName
        runningAt = launch.runningAt?.milliseconds
        onlineAt = launch.onlineAt?.milliseconds
        busyAt = launch.busyAt?.milliseconds
        finishedAt = launch.finishedAt?.milliseconds
        endedAt = launch.endedAt?.milliseconds
        body = try Self.encode(launch)
        usage = UsageRow(launch)
    }

    private static func encode(_ launch: Launch) throws(StoreError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(launch), as: UTF8.self)
        } catch {
            throw StoreError(
                code: .refused, message: "launch \(launch.id) can't be written as JSON; please report it",
                cause: "\(error)")
        }
    }
}

/// Reads launches back from their bodies.
struct LaunchDecoder {
    private let decoder = JSONDecoder()

    /// `row` begins with id and body. Never traps on what somebody else has put there.
    func launch(_ row: Row) throws -> Launch {
        let id = String.fromDatabaseValue(row[0]) ?? "with an id of another type"
        guard let body = String.fromDatabaseValue(row[1]) else {
            throw unreadable(id, "its body is not a text")
        }
        do {
            return try decoder.decode(Launch.self, from: Data(body.utf8))
        } catch let error as DecodingError {
            throw unreadable(id, Self.place(of: error))
        }
    }

    /// Where it fails, and nothing of what is stored there.
    private static func place(of error: DecodingError) -> String {
        let (what, context): (String, DecodingError.Context) =
            switch error {
            case .typeMismatch(_, let context): ("another type", context)
            case .valueNotFound(_, let context): ("no value", context)
            case .keyNotFound(let key, let context): ("no \(key.stringValue)", context)
            case .dataCorrupted(let context): ("not readable", context)
            @unknown default: ("not readable", .init(codingPath: [], debugDescription: ""))
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return "\(what) at \(path.isEmpty ? "its top" : path)"
    }

    private func unreadable(_ id: String, _ why: String) -> StoreError {
        StoreError(
            code: .corrupt,
            message: "launch \(id) can't be read from the store: it was written by another version, or is damaged; "
                + "run `slipway ledger verify`, and the version that wrote it, or restore a backup",
            cause: why)
    }
}
