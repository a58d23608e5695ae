internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The body of a request that changes something. Whatever is wrong with it is the caller's fault.
enum RequestBody {
    enum Kind: String {
        case json = "application/json"
        case form = "application/x-www-form-urlencoded"
    }

    static let maximumBytes = 8_192

    /// The whole of it as text.
    static func read(_ request: Request, as kind: Kind) async throws(Problem) -> String {
        guard isKind(kind, request.headers[.contentType]) else { throw kind == .json ? .notJSON : .notForm }
        // One that is compressed is neither.
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw kind == .json ? .notJSON : .notForm
        }
        var request = request
        let buffer: ByteBuffer
        do {
            buffer = try await request.collectBody(upTo: maximumBytes)
        } catch is NIOTooManyBytesError {
            throw .tooLong("The body", maximumBytes)
        } catch {
            // It was cut, or its chunks are not as they must be.
            throw .invalidBody("could not be read to its end")
        }
        guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
            throw .invalidBody("must be UTF-8")
        }
        return text
    }

    /// Parameters may follow the type; a character set only if it is the one that is read.
    private static func isKind(_ kind: Kind, _ header: String?) -> Bool {
        guard let header, header.utf8.count <= 300 else { return false }
        let parts = header.split(separator: ";", omittingEmptySubsequences: false).map { part in
            part.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
        guard parts.first == kind.rawValue else { return false }
        return parts.dropFirst().allSatisfy { part in
            !part.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains(part)
        }
    }
}
