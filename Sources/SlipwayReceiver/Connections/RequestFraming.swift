internal import NIOHTTP1

/// What a request's head says about where its body ends and what comes after it.
///
/// The parser (llhttp, strict) refuses most of what two servers could read differently: both lengths at once, two
/// lengths, folded lines, bare line feeds, spaces before a colon, overflowing chunk sizes. This closes what it leaves
/// open. A request that is refused here ends its connection, since nobody can be sure where the next one begins.
struct RequestFraming: Hashable, Sendable {
    /// Bytes; nil for a chunked body, 0 if there is none.
    var declaredBodyBytes: Int?
    /// Whether another request may follow on the connection.
    var keepsAlive: Bool
    /// The caller waits for 100 before it sends the body.
    var expectsContinue = false
}

extension RequestFraming {
    /// Throws the answer that refuses the request.
    init(_ head: HTTPRequestHead) throws(RefusedRequest) {
        var fields = Fields()
        for (name, value) in head.headers { try fields.take(name, value) }
        guard head.version == .http1_1 || head.version == .http1_0 else { throw .malformed("HTTP/1.1 is spoken here") }
        // The absolute form is for proxies, and one that rewrote it could disagree with us about the host.
        guard head.uri.utf8.first == UInt8(ascii: "/") else { throw .malformed("the request target must be a path") }
        guard fields.hosts == 1 || (fields.hosts == 0 && head.version == .http1_0) else {
            throw .malformed("one Host field is needed")
        }
        if fields.isChunked {
            guard head.version == .http1_1 else { throw .malformed("chunks are not part of HTTP/1.0") }
            guard fields.contentLength == nil else { throw .malformed("two lengths") }
        }
        declaredBodyBytes = fields.isChunked ? nil : fields.contentLength ?? 0
        expectsContinue = fields.expectsContinue && head.version == .http1_1
        // After an upgrade the parser stops: what follows is another protocol's, and we speak none.
        keepsAlive = head.version == .http1_1 && head.isKeepAlive && !fields.isUpgrade && head.method != .CONNECT
    }

    private struct Fields {
        var hosts = 0
        var contentLength: Int?
        var isChunked = false
        var expectsContinue = false
        var isUpgrade = false

        mutating func take(_ name: String, _ value: String) throws(RefusedRequest) {
            if name.isFieldName("host") {
                hosts += 1
            } else if name.isFieldName("content-length") {
                guard contentLength == nil, let length = Self.length(value) else { throw .malformed("Content-Length") }
                contentLength = length
            } else if name.isFieldName("transfer-encoding") {
                guard !isChunked, value.isFieldName("chunked") else { throw .malformed("Transfer-Encoding") }
                isChunked = true
            } else if name.isFieldName("expect") {
                guard value.isFieldName("100-continue") else { throw RefusedRequest(Answer(.expectationFailed)) }
                expectsContinue = true
            } else if name.isFieldName("upgrade") {
                isUpgrade = true
            }
        }

        /// Digits only: `Int` alone would take a sign too.
        private static func length(_ value: String) -> Int? {
            guard value.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
            return Int(value)
        }
    }
}

/// A request that is not looked at any further.
struct RefusedRequest: Error {
    let answer: Answer

    init(_ answer: Answer) { self.answer = answer }

    static func malformed(_ what: String) -> RefusedRequest {
        RefusedRequest(.malformed("malformed request: \(what)"))
    }
}
