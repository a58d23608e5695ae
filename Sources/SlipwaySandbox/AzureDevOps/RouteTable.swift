import HTTPTypes
import Hummingbird

/// Finds what serves a path.
///
/// The service compares paths without regard to case but keeps the case of what stands in a placeholder; Hummingbird's
/// router offers one or the other.
struct RouteTable: Sendable {
    typealias Handler = @Sendable (APICall) async throws -> Response

    struct Route: Sendable {
        let operation: SandboxOperation
        let handler: Handler
    }

    private struct Entry: Sendable {
        let method: HTTPRequest.Method
        let segments: [Segment]
        let route: Route

        func match(_ path: [String]) -> [String: String]? {
            var parameters: [String: String] = [:]
            for (segment, part) in zip(segments, path) {
                switch segment {
                case .literal(let text): if part.lowercased() != text { return nil }
                case .placeholder(let name): parameters[name] = part
                }
            }
            return parameters
        }
    }

    private enum Segment: Sendable {
        case literal(String)
        case placeholder(String)
    }

    private var entries: [Int: [Entry]] = [:]

    /// - Parameter pattern: segments below the organization; `{name}` stands for any one segment.
    mutating func on(
        _ method: HTTPRequest.Method, _ pattern: String, _ operation: SandboxOperation, _ handler: @escaping Handler
    ) {
        let segments = pattern.split(separator: "/").map { part -> Segment in
            part.hasPrefix("{") ? .placeholder(String(part.dropFirst().dropLast())) : .literal(part.lowercased())
        }
        let entry = Entry(method: method, segments: segments, route: Route(operation: operation, handler: handler))
        entries[segments.count, default: []].append(entry)
    }

    /// The first that was entered wins.
    func route(_ method: HTTPRequest.Method, _ path: [String]) -> (route: Route, parameters: [String: String])? {
        for entry in entries[path.count] ?? [] where entry.method == method {
            if let parameters = entry.match(path) { return (entry.route, parameters) }
        }
        return nil
    }
}
