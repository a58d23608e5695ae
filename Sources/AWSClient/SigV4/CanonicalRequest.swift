internal import NIOHTTP1

/// The form of a request that both sides hash: AWS Signature Version 4, "Create a canonical request".
struct CanonicalRequest: Sendable {
    /// The canonical text, lines joined by a line feed.
    let text: String
    /// The signed header names, lower case, sorted, joined by `;`.
    let signedHeaders: String

    /// - Parameters:
    ///   - path: the path as it is sent, without the query. Bytes outside the unreserved set are percent-encoded; what
    ///     is encoded already is encoded once more, as AWS wants it for every service but S3.
    ///   - query: the raw query without `?`.
    ///   - headers: all that is sent. Those that proxies and clients rewrite are left out of the signature.
    ///   - payloadHash: lower-case hexadecimal SHA-256 of the body.
    ///   - normalizesPath: whether dot segments and doubled slashes are removed first.
    ///   - unsignedNames: lower-case names to leave out besides the ones that are never signed.
    init(
        method: String, path: String, query: String, headers: HTTPHeaders, payloadHash: String,
        normalizesPath: Bool = true, unsignedNames: Set<String> = []
    ) {
        let canonicalHeaders = Self.canonicalHeaders(headers, leavingOut: unsignedNames)
        self.signedHeaders = canonicalHeaders.map(\.name).joined(separator: ";")
        self.text = [
            method,
            Self.canonicalPath(path, normalizes: normalizesPath),
            Self.canonicalQuery(query),
            canonicalHeaders.map { "\($0.name):\($0.value)\n" }.joined(),
            self.signedHeaders,
            payloadHash,
        ].joined(separator: "\n")
    }

    /// Hops on the way may add or rewrite these, which would break the signature.
    private static let neverSigned: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]

    private static func canonicalHeaders(
        _ headers: HTTPHeaders, leavingOut unsignedNames: Set<String>
    ) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in headers {
            let name = header.name.lowercased()
            guard !Self.neverSigned.contains(name), !unsignedNames.contains(name) else { continue }
            values[name, default: []].append(collapsingWhitespace(header.value))
        }
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.joined(separator: ",")) }
    }

    /// Trims, and makes one space of each run of spaces, tabs and line breaks (continuation lines).
    private static func collapsingWhitespace(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
    }

    private static func canonicalPath(_ path: String, normalizes: Bool) -> String {
        let absolute = path.hasPrefix("/") ? path : "/" + path
        return PercentEncoding.encode(normalizes ? removingDotSegments(absolute) : absolute, keepingSlash: true)
    }

    private static func removingDotSegments(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." {
                _ = kept.popLast()
            } else {
                kept.append(segment)
            }
        }
        let joined = "/" + kept.joined(separator: "/")
        return path.hasSuffix("/") && !kept.isEmpty ? joined + "/" : joined
    }

    /// Pairs are sorted by encoded name, then by encoded value. Sorting `name=value` texts would put `Param-3` before
    /// `Param`, since `-` sorts before `=`.
    private static func canonicalQuery(_ query: String) -> String {
        query.split(separator: "&")
            .map { pair -> (name: String, value: String) in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (
                    name: PercentEncoding.reencode(parts[0]),
                    value: parts.count == 2 ? PercentEncoding.reencode(parts[1]) : ""
                )
            }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }
}
