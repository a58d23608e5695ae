internal import HTTPTypes
internal import Hummingbird

/// One thing that can be asked of the console: the router, the answer to a wrong method and the check of its parameters
/// come from it, and a test holds all of them against the OpenAPI document.
struct Route: Sendable {
    var method: HTTPRequest.Method
    /// With names in braces, as OpenAPI writes them: `/api/v1/launches/{id}`.
    var path: String
    /// The names of its query parameters; another one is refused.
    var query: [String] = []
    var handle: @Sendable (RouteRequest) async throws -> Response

    static func get(
        _ path: String, query: [String] = [], _ handle: @escaping @Sendable (RouteRequest) async throws -> Response
    ) -> Route {
        Route(method: .get, path: path, query: query, handle: handle)
    }

    static func post(_ path: String, _ handle: @escaping @Sendable (RouteRequest) async throws -> Response) -> Route {
        Route(method: .post, path: path, handle: handle)
    }

    var isOfAPI: Bool { path.hasPrefix("/api/") }

    /// As the framework writes it: `/api/v1/launches/:id`.
    var routerPath: String {
        path.split(separator: "/").map { $0.hasPrefix("{") ? ":" + $0.dropFirst().dropLast() : String($0) }
            .joined(separator: "/")
    }

    /// Whether a request's path is one of this route's.
    func matches(_ requested: Substring) -> Bool {
        let own = path.split(separator: "/")
        let others = requested.split(separator: "/")
        return own.count == others.count && zip(own, others).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// A request on its way into a route's handler.
struct RouteRequest: Sendable {
    var request: Request
    var context: ConsoleContext
    var query: QueryParameters

    /// The path's `{name}`, decoded; nil where it can't be.
    func path(_ name: String) -> String? { context.parameters.get(name) }
}

/// All routes.
struct RouteTable: Sendable {
    var routes: [Route]

    func add(to router: Router<ConsoleContext>) {
        for route in routes {
            router.on(RouterPath(route.routerPath), method: route.method) { request, context in
                if route.isOfAPI { try AcceptHeader.requireJSON(request.headers[.accept]) }
                let query = try QueryParameters(request.uri.query, known: route.query)
                return try await route.handle(RouteRequest(request: request, context: context, query: query))
            }
        }
    }

    /// The methods that a path has, in one fixed order; empty: there is no such path.
    func methods(of path: Substring) -> [HTTPRequest.Method] {
        let own = routes.filter { $0.matches(path) }.map(\.method)
        return own.contains(.get) ? [.get, .head] + own.filter { $0 != .get } : own
    }
}
