import Crypto
import Foundation

/// A small SigV4 signer for `POST /`, apart from the verifier under test.
struct TestSigner {
    var accessKeyID: String
    var secret: String
    var sessionToken: String?
    var region = "eu-west-1"
    var service = "ecs"

    /// The headers to send, `Host` not among them.
    func headers(host: String, target: String, body: String, date: String) -> [(String, String)] {
        var headers = [
            ("content-type", "application/x-amz-json-1.1"), ("host", host), ("x-amz-date", date),
            ("x-amz-target", target),
        ]
        if let sessionToken { headers.append(("x-amz-security-token", sessionToken)) }
        headers.sort { $0.0 < $1.0 }
        let names = headers.map(\.0).joined(separator: ";")
        let canonical =
            "POST\n/\n\n" + headers.map { "\($0.0):\($0.1)\n" }.joined() + "\n\(names)\n"
            + hex(SHA256.hash(data: Data(body.utf8)))
        let day = String(date.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n" + hex(SHA256.hash(data: Data(canonical.utf8)))
        var key = SymmetricKey(data: Data("AWS4\(secret)".utf8))
        for part in [day, region, service, "aws4_request"] {
            key = SymmetricKey(data: Data(HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key)))
        }
        let signature = hex(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        return headers.filter { $0.0 != "host" } + [("authorization", authorization)]
    }

    private func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
