internal import Hummingbird
internal import SlipwayCore

extension LaunchQuery {
    /// Reads `state`, `pool`, `limit` and `cursor`. Throws the problem that names the wrong one and its rule.
    init(_ request: Request) throws(Problem) {
        self.init()
        let parameters = request.uri.queryParameters
        if let state = parameters["state"] { states = try Self.states(String(state)) }
        if let text = parameters["pool"] {
            guard let id = Int(text), id > 0 else { throw .invalid("pool", "must be a pool's id, a number from 1") }
            pool = PoolID(rawValue: id)
        }
        if let text = parameters["limit"] {
            guard let number = Int(text), (1...Self.maximumLimit).contains(number) else {
                throw .invalid("limit", "must be a number from 1 to \(Self.maximumLimit)")
            }
            limit = number
        }
        if let text = parameters["cursor"] {
            guard let cursor = LaunchCursor(text: String(text)) else {
                throw .invalid("cursor", "must be the nextCursor of an earlier answer")
            }
            after = cursor
        }
    }

    private static func states(_ text: String) throws(Problem) -> Set<String> {
        if text == "open" { return Set(openStates) }
        guard allStates.contains(text) else {
            throw .invalid("state", "must be one of open, \(allStates.joined(separator: ", "))")
        }
        return [text]
    }
}

extension LaunchID {
    /// The path's `{id}`. A text that can't be an id is no launch's.
    init(_ context: BasicRequestContext) throws(Problem) {
        guard let id = context.parameters.get("id").flatMap({ LaunchID(rawValue: $0) }) else { throw .noSuchLaunch }
        self = id
    }
}
