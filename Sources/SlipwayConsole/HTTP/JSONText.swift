internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SlipwayCore

/// JSON as the API writes it: sorted names, ISO 8601 instants in UTC.
enum JSONText {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        response(buffer(value), status: status)
    }

    /// - Parameter json: JSON already.
    static func response(_ json: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .eTag: EntityTag.of(json)],
            body: ResponseBody(byteBuffer: json))
    }

    static func buffer(_ value: some Encodable) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return ByteBuffer(bytes: try encoder.encode(value) + Data("\n".utf8))
        } catch {
            preconditionFailure("a value of strings and integers is not JSON: \(error)")
        }
    }
}

/// Strong entity tags: a digest of the answer itself.
enum EntityTag {
    static func of(_ body: ByteBuffer) -> String {
        let digest = SHA256.hash(data: Array(body.readableBytesView))
        return "\"" + digest.prefix(12).map { String(256 + Int($0), radix: 16).dropFirst() }.joined() + "\""
    }

    /// Whether `If-None-Match` has the tag. Weak comparison, as the standard wants it for a GET.
    static func isKnown(_ tag: String, to header: String?) -> Bool {
        guard let header, header.utf8.count <= 4_096 else { return false }
        if header == "*" { return true }
        return header.split(separator: ",").contains { item in
            let item = item.drop { $0 == " " }
            return (item.hasPrefix("W/") ? item.dropFirst(2) : item).prefix(tag.count) == tag[...]
        }
    }
}

/// Answers with 304 what the caller has already.
struct EntityTagMiddleware: RouterMiddleware {
    typealias Context = ConsoleContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard response.status == .ok, [.get, .head].contains(request.method), let tag = response.headers[.eTag],
            EntityTag.isKnown(tag, to: request.headers[.ifNoneMatch])
        else { return response }
        var headers = response.headers
        headers[.contentType] = nil
        headers[.contentLength] = nil
        return Response(status: .notModified, headers: headers)
    }
}
