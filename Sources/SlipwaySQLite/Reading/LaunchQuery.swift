internal import GRDB
public import SlipwayCore

/// Which launches to show. All of what is set must hold.
public struct LaunchQuery: Hashable, Sendable {
    public var pool: PoolID?
    public var profile: String?
    /// Any of these states, by name (`LaunchState.name`); empty: every state.
    public var states: Set<String> = []
    public var isOpen: Bool?
    public var outcome: LaunchOutcome.Kind?

    public init(
        pool: PoolID? = nil, profile: String? = nil, states: Set<String> = [], isOpen: Bool? = nil,
        outcome: LaunchOutcome.Kind? = nil
    ) {
        self.pool = pool
        self.profile = profile
        self.states = states
        self.isOpen = isOpen
        self.outcome = outcome
    }
}

/// A place in the list of launches, newest first. It stays good while launches come and change.
public struct LaunchCursor: Hashable, Sendable, CustomStringConvertible {
    public var createdAt: Timestamp
    public var id: LaunchID

    public init(_ launch: Launch) {
        createdAt = launch.createdAt
        id = launch.id
    }

    /// Reads `description` back; nil for anything else. Fit for a URL.
    public init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 1).map(String.init)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = LaunchID(rawValue: parts[1]) else {
            return nil
        }
        createdAt = Timestamp(milliseconds: milliseconds)
        self.id = id
    }

    public var description: String { "\(createdAt.milliseconds)_\(id)" }
}

/// Some of a list.
public struct LaunchPage: Hashable, Sendable {
    public var launches: [Launch]
    /// Where the next page begins; nil: this was the last one.
    public var next: LaunchCursor?
}

extension LaunchQuery {
    /// The condition and its arguments; every value is bound, none is spelled into the statement.
    func condition(after cursor: LaunchCursor?) -> (sql: String, arguments: StatementArguments) {
        var terms: [String] = []
        var arguments: StatementArguments = []
        func require(_ term: String, _ values: StatementArguments) {
            terms.append(term)
            arguments += values
        }
        if let pool { require("pool = ?", [pool.rawValue]) }
        if let profile { require("profile = ?", [profile]) }
        if let isOpen { require("is_open = ?", [isOpen]) }
        if let outcome { require("outcome = ?", [outcome.rawValue]) }
        if !states.isEmpty {
            // There are eight states; what is beyond can name none.
            let names = states.sorted().prefix(LaunchRows.maximumListed)
            let marks = repeatElement("?", count: names.count).joined(separator: ",")
            require("state IN (\(marks))", StatementArguments(Array(names)))
        }
        if let cursor {
            require("(created_at, id) < (?, ?)", [cursor.createdAt.milliseconds, cursor.id.rawValue])
        }
        return (terms.isEmpty ? "TRUE" : terms.joined(separator: " AND "), arguments)
    }
}
