import Foundation
import Testing

@testable import SlipwaySandbox

@Suite struct SignatureVerifierTests {
    static let vectors = [
        "get-vanilla", "get-header-key-duplicate", "get-header-value-multiline", "get-header-value-trim",
        "get-relative-normalized", "get-slashes-unnormalized", "get-space-normalized", "get-utf8",
        "get-vanilla-query-order-encoded", "get-vanilla-with-session-token", "post-sts-header-after",
        "post-sts-header-before", "post-x-www-form-urlencoded",
    ]
    static let date = Date(timeIntervalSince1970: 1_440_938_160)

    @Test("A published vector's signature is accepted", arguments: vectors)
    func vector(_ name: String) throws {
        let vector = try Vector(name)
        try vector.verifier.verify(vector.request, now: Self.date)
    }

    @Test("The same vector with one changed thing is refused", arguments: vectors)
    func tamperedVector(_ name: String) throws {
        let vector = try Vector(name)
        var body = vector.request
        body.body.append(0x20)
        var path = vector.request
        path.target = "/other" + path.target
        var header = vector.request
        header.headers = header.headers.map { $0.name.lowercased() == "host" ? ($0.name, "other.example.com") : $0 }
        for request in [body, path, header] {
            #expect(throws: ECSError.invalidSignature(SignatureVerifier.mismatch)) {
                try vector.verifier.verify(request, now: Self.date)
            }
        }
    }

    @Test("A request is accepted five minutes off and refused six minutes off, in both directions")
    func skew() throws {
        let vector = try Vector("get-vanilla")
        for minutes in [-5.0, 5] {
            try vector.verifier.verify(vector.request, now: Self.date.addingTimeInterval(minutes * 60))
        }
        for (minutes, text) in [(-6.0, "not yet current"), (6, "Signature expired")] {
            let error = #expect(throws: ECSError.self) {
                try vector.verifier.verify(vector.request, now: Self.date.addingTimeInterval(minutes * 60))
            }
            #expect(error?.code == "InvalidSignatureException")
            #expect(error?.message.contains(text) == true)
        }
    }

    @Test(
        "Incomplete authorizations are named as such",
        arguments: [
            ("Basic abc", "IncompleteSignatureException"),
            ("AWS4-HMAC-SHA256 Credential=A", "IncompleteSignatureException"),
            ("AWS4-HMAC-SHA256 Credential=A/b/c, SignedHeaders=host, Signature=00", "IncompleteSignatureException"),
            ("", "MissingAuthenticationTokenException"),
        ])
    func incomplete(_ header: String, _ code: String) {
        let error = #expect(throws: ECSError.self) { _ = try Authorization(header) }
        #expect(error?.code == code)
    }
}

/// One folder of the published suite.
private struct Vector {
    let verifier: SignatureVerifier
    let request: ReceivedRequest

    init(_ name: String) throws {
        let context = try JSONDecoder().decode(JSONValue.self, from: fixture("sigv4/\(name)/context.json"))
        let credentials = try #require(context["credentials"])
        var verifier = SignatureVerifier(
            keys: [
                .init(
                    accessKeyID: try #require(credentials["access_key_id"]?.string),
                    secret: try #require(credentials["secret_access_key"]?.string),
                    sessionToken: credentials["token"]?.string
                )
            ],
            region: "us-east-1", service: "service"
        )
        verifier.normalizesPath = context["normalize"] == .bool(true)
        self.verifier = verifier
        request = try Self.parse(String(decoding: fixture("sigv4/\(name)/header-signed-request.txt"), as: UTF8.self))
    }

    private static func parse(_ text: String) throws -> ReceivedRequest {
        let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        var lines = parts[0].split(separator: "\n", omittingEmptySubsequences: true)
        let start = lines.removeFirst().dropLast(" HTTP/1.1".count)
        let space = try #require(start.firstIndex(of: " "))
        var headers: [(name: String, value: String)] = []
        for line in lines {
            if line.hasPrefix(" ") {
                headers[headers.count - 1].value += "\n" + line
            } else {
                let colon = try #require(line.firstIndex(of: ":"))
                headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
        }
        return ReceivedRequest(
            method: String(start[..<space]), target: String(start[start.index(after: space)...]), headers: headers,
            body: parts.count > 1 ? Array(parts[1].utf8) : []
        )
    }
}
