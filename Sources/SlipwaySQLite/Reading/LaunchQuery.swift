internal import GRDB
public import SlipwayCore

/// Which launches to show. All of what is set must hold.
public struct LaunchQuery: Hashable, Sendable {
    public var pool: PoolID?
    public var profile: String?
    public var project: String?
    public var pipeline: Pipeline?
    /// For jobs of this run.
    public var run: Int?
    /// Made for this job request, or its agent ran it.
    public var request: JobRequestID?
    /// Any of these states, by name (`LaunchState.name`); empty: every state.
    public var states: Set<String> = []
    public var isOpen: Bool?
    public var outcome: LaunchOutcome.Kind?
    /// Made at this instant or later.
    public var since: Timestamp?
    /// Made before this instant.
    public var until: Timestamp?

    public enum Pipeline: Hashable, Sendable {
        case id(Int)
        case name(String)
    }

    public init(
        pool: PoolID? = nil, profile: String? = nil, project: String? = nil, pipeline: Pipeline? = nil,
        run: Int? = nil, request: JobRequestID? = nil, states: Set<String> = [], isOpen: Bool? = nil,
        outcome: LaunchOutcome.Kind? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil
    ) {
        self.pool = pool
        self.profile = profile
        self.project = project
        self.pipeline = pipeline
        self.run = run
        self.request = request
        self.since = since
        self.until = until
        self.states = states
        self.isOpen = isOpen
        self.outcome = outcome
    }
}

/// A place in the list of launches, newest first. It stays good while launches come and change.
public struct LaunchCursor: Hashable, Sendable, CustomStringConvertible {
    public var createdAt: Timestamp
    public var id: LaunchID

    init(createdAt: Timestamp, id: LaunchID) {
        self.createdAt = createdAt
        self.id = id
    }

    public init(_ launch: Launch) { self.init(createdAt: launch.createdAt, id: launch.id) }

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
    public struct Unreadable: Hashable, Sendable {
        public var id: String
        public var error: StoreError
    }

    public var launches: [Launch]
    /// Those of the page that can't be read.
    public var unreadable: [Unreadable] = []
    /// Where the next page begins; nil: this was the last one.
    public var next: LaunchCursor?
}
