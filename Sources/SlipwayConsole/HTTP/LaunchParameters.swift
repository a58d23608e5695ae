internal import SlipwayCore

extension LaunchQuery {
    static let filterNames = [
        "pool", "profile", "project", "pipeline", "run", "request", "state", "outcome", "since", "until",
    ]
    static let parameterNames = filterNames + ["limit", "cursor"]

    /// Throws the problem that names the wrong parameter and its rule.
    init(_ query: QueryParameters) throws(Problem) {
        self.init()
        if let state = try query.choice("state", ["open"] + Self.allStates) {
            states = state == "open" ? Set(Self.openStates) : [state]
        }
        pool = try query.number("pool", 1...Int(Int32.max)).map(PoolID.init(rawValue:))
        profile = try query.text("profile")
        project = try query.text("project")
        pipeline = try query.text("pipeline")
        run = try query.number("run", 1...Int(Int32.max))
        request = try query.number("request", 1...Int(Int64.max)).map { JobRequestID(rawValue: Int64($0)) }
        outcome = try query.choice("outcome", LaunchOutcome.Kind.allCases.map(\.rawValue))
            .flatMap(LaunchOutcome.Kind.init)
        since = try query.instant("since")
        until = try query.instant("until")
        limit = try query.number("limit", 1...Self.maximumLimit) ?? limit
        if let text = query["cursor"] {
            guard let cursor = LaunchCursor(text: text) else { throw .wrongCursor }
            after = cursor
        }
    }
}

extension LaunchID {
    /// The path's `{id}`. A text that can't be an id is no launch's.
    init(_ request: RouteRequest) throws(Problem) {
        guard let id = request.path("id").flatMap(LaunchID.init(rawValue:)) else { throw .noSuchLaunch }
        self = id
    }
}
