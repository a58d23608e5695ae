internal import NIOHTTP1

/// What the public listener does at one path.
protocol Endpoint: Sendable {
    /// The methods it knows.
    var methods: [HTTPMethod] { get }

    /// How long an answer may take, where that is longer than the listener's own limit. Milliseconds.
    var answerTimeoutMilliseconds: Int64? { get }

    /// Looks at a request's head, before anything of its body is read. On the event loop: it must not block.
    func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission

    /// Answers an admitted request. Can't throw: what goes wrong is an answer too.
    func respond(to request: PublicRequest) async -> Answer
}

extension Endpoint {
    var answerTimeoutMilliseconds: Int64? { nil }
}

/// What becomes of a request by its head.
enum Admission: Hashable, Sendable {
    /// Read its body and answer. `maximumBodyBytes` are kept, `maximumReadBytes` read; one beyond these is answered
    /// unread.
    case accept(maximumBodyBytes: Int, maximumReadBytes: Int)
    /// Answer without looking at the body. `hangUp` closes the connection even if it could be used again.
    case refuse(Answer, hangUp: Bool = false)
}

/// An admitted request.
struct PublicRequest: Sendable {
    var head: HTTPRequestHead
    var body: RequestBody
    var peer: Peer
}

/// The endpoints by path; one whose path ends with a slash is at every path that begins so.
struct Routes: Sendable {
    private let endpoints: [String: any Endpoint]
    private let prefixes: [String]

    init(_ endpoints: [String: any Endpoint]) {
        self.endpoints = endpoints
        prefixes = endpoints.keys.filter { $0.hasSuffix("/") }
    }

    /// The endpoint at the request's path; throws the answer for a path or a method that nothing is at.
    func endpoint(for head: HTTPRequestHead) throws(RefusedRequest) -> any Endpoint {
        guard let endpoint = endpoint(at: Self.path(head.uri)) else { throw RefusedRequest(.notFound) }
        guard endpoint.methods.contains(head.method) else {
            let allowed = endpoint.methods.map(\.rawValue).joined(separator: ", ")
            throw RefusedRequest(Answer(.methodNotAllowed, allowedMethods: allowed))
        }
        return endpoint
    }

    private func endpoint(at path: String) -> (any Endpoint)? {
        endpoints[path] ?? prefixes.first(where: path.hasPrefix).flatMap { endpoints[$0] }
    }

    /// The target without its query. Nothing is decoded: no path here needs it, and `/hooks/%2e%2e` is nobody's.
    private static func path(_ target: String) -> String {
        guard let query = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        return String(target[..<query])
    }
}
