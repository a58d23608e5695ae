internal import Foundation
public import SlipwayCore

/// Which launches. All of what is set must hold.
public struct LaunchQuery: Hashable, Sendable {
    /// `LaunchState.name`s; nil for all.
    public var states: Set<String>?
    public var pool: PoolID?
    public var profile: String?
    public var project: String?
    /// An id, or the exact name.
    public var pipeline: String?
    /// Made for this job request, or ran it.
    public var request: JobRequestID?
    /// For jobs of this run.
    public var run: Int?
    public var outcome: LaunchOutcome.Kind?
    /// Made at this instant or later.
    public var since: Timestamp?
    /// Made before this instant.
    public var until: Timestamp?
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
    var text: String { OpaqueCursor.text("\(createdAt.milliseconds).\(id)") }

    init?(text: String) {
        guard let content = OpaqueCursor.content(text) else { return nil }
        let parts = content.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = LaunchID(rawValue: String(parts[1])) else {
            return nil
        }
        self.init(createdAt: Timestamp(milliseconds: milliseconds), id: id)
    }
}

/// Some launches, and where the next ones begin.
public struct LaunchPage: Sendable {
    public var launches: [Launch]
    /// The ids of those of the page that can't be read.
    public var unreadable: [String]
    /// Nil if these are the last.
    public var next: LaunchCursor?

    public init(launches: [Launch], unreadable: [String] = [], next: LaunchCursor?) {
        self.launches = launches
        self.unreadable = unreadable
        self.next = next
    }
}

/// Cursors as callers see them: nobody is invited to make one up.
enum OpaqueCursor {
    static func text(_ content: String) -> String {
        Data(content.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    static func content(_ text: String) -> String? {
        guard text.utf8.count <= 200, !text.isEmpty else { return nil }
        var base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        return Data(base64Encoded: base64).flatMap { String(data: $0, encoding: .utf8) }
    }

    /// A number after which a list goes on, of deliveries or of records.
    static func text(_ number: Int64) -> String { text("n\(number)") }

    static func number(_ text: String) -> Int64? {
        guard let content = content(text), content.hasPrefix("n"), let number = Int64(content.dropFirst()), number > 0
        else { return nil }
        return number
    }
}
