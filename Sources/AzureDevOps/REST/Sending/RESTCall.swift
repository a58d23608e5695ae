import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One call of the REST API, as a value.
struct RESTCall: Sendable {
    /// Released versions are asked for as they are; resources that were never released need a preview version, which a
    /// released one accepts too.
    enum Version: String, Sendable {
        case released = "7.1"
        case preview = "7.1-preview.1"
        /// What Microsoft's samples of server tasks name for the logs and timelines of plans.
        case plans = "4.1"
    }

    var method: HTTPMethod
    /// Below the organization's URL; each part is encoded.
    var path: [String]
    var query: [(name: String, value: String)] = []
    var body: Data?
    var contentType = "application/json; charset=utf-8"
    var version = Version.released
    /// A key of the answer whose values nobody reads: see ``JSONValueDropper``.
    var unread: String?
    /// May be sent again when it is unknown whether it was carried out.
    var isIdempotent: Bool
    /// What the call is about, in words that follow "asking for".
    var subject: String

    static func get(_ path: [String], _ subject: String, query: [(name: String, value: String)] = []) -> RESTCall {
        RESTCall(method: .GET, path: path, query: query, isIdempotent: true, subject: subject)
    }

    static func delete(_ path: [String], _ subject: String) -> RESTCall {
        RESTCall(method: .DELETE, path: path, isIdempotent: true, subject: subject)
    }

    /// - Parameter isIdempotent: true for bodies that set a state rather than add something.
    static func send(
        _ method: HTTPMethod,
        _ path: [String],
        _ subject: String,
        body: some Encodable & Sendable,
        isIdempotent: Bool
    ) throws(AzureDevOpsError) -> RESTCall {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let data = try encoder.encode(body)
            return RESTCall(method: method, path: path, body: data, isIdempotent: isIdempotent, subject: subject)
        } catch {
            throw AzureDevOpsError(.invalidRequest, "The body for \(subject) can't be written as JSON.", cause: error)
        }
    }

    func versioned(_ version: Version) -> RESTCall {
        var call = self
        call.version = version
        return call
    }

    func request(_ organization: OrganizationURL, _ authorization: AuthorizationHeader) throws(AzureDevOpsError)
        -> HTTPClientRequest
    {
        var request = HTTPClientRequest(url: try url(organization))
        request.method = method
        request.headers.add(name: "Authorization", value: authorization.value.secret)
        request.headers.add(name: "Accept", value: "application/json")
        // Without it a refused sign-in is a redirect to a page for people.
        request.headers.add(name: "X-TFS-FedAuthRedirect", value: "Suppress")
        request.headers.add(name: "User-Agent", value: "slipway")
        if let body {
            request.headers.add(name: "Content-Type", value: contentType)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        return request
    }

    private func url(_ organization: OrganizationURL) throws(AzureDevOpsError) -> String {
        for part in path where part.isEmpty || part == "." || part == ".." {
            throw AzureDevOpsError(
                .invalidConfiguration,
                "\"\(part)\" can't be part of a URL; a name or id in the request for \(subject) is missing or wrong."
            )
        }
        let query = query + [(name: "api-version", value: version.rawValue)]
        return organization.description + "/" + path.map(\.urlEncoded).joined(separator: "/") + "?"
            + query.map { "\($0.name.urlEncoded)=\($0.value.urlEncoded)" }.joined(separator: "&")
    }
}

extension String {
    /// Encodes all but the unreserved characters of RFC 3986.
    var urlEncoded: String {
        addingPercentEncoding(withAllowedCharacters: .unreserved) ?? ""
    }

    /// Text of the service's on its way into a message: on one line, and not long.
    var operatorText: String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(300).map { $0.properties.isControl ? " " : $0 }))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}

extension CharacterSet {
    fileprivate static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}
