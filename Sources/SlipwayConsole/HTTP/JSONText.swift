internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SlipwayCore

/// JSON as the API writes it: sorted names, ISO 8601 instants in UTC.
enum JSONText {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: buffer(value)))
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
