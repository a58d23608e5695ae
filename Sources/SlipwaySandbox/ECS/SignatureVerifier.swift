import Crypto
import Foundation
import Synchronization

/// An HTTP request as it was received, reduced to what a signature covers.
struct ReceivedRequest: Sendable {
    var method: String
    /// The request target: path and query, as sent.
    var target: String
    /// In the order received. `Host` is among them.
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
}

/// Checks Signature Version 4 as the service does: it knows the secrets and signs what it received once more.
///
/// Written from the published rules and from nothing else: it must not share a mistake with the signer it judges.
struct SignatureVerifier: Sendable {
    /// A key of the account, with the session token that must come along when the key is temporary.
    struct Key: Sendable, CustomStringConvertible {
        let accessKeyID: String
        let secret: String
        let sessionToken: String?

        var description: String { "Key(\(accessKeyID), secret and token redacted)" }
    }

    let keys: [String: Key]
    let region: String
    let service: String
    /// Whether dot segments and double slashes of the path are resolved before it is signed. The JSON services sign `/`
    /// alone.
    var normalizesPath = true
    /// AWS refuses requests about this far off.
    var tolerance: Duration = .seconds(300)

    private let signingKeys = SigningKeyCache()

    init(keys: [Key], region: String, service: String) {
        self.keys = Dictionary(keys.map { ($0.accessKeyID, $0) }) { _, last in last }
        self.region = region
        self.service = service
    }

    /// Throws the error that AWS would answer.
    func verify(_ request: ReceivedRequest, now: Date) throws(ECSError) {
        let authorization = try Authorization(request.values(of: "authorization").first)
        let key = try key(for: authorization, request)
        try check(scope: authorization.scope)
        let date = try check(dateOf: request, authorization.scope, now: now)
        try checkSigned(authorization.signedHeaders, of: request)

        let canonical = CanonicalRequest(
            request, signedHeaders: authorization.signedHeaders, normalizesPath: normalizesPath)
        let stringToSign = [
            "AWS4-HMAC-SHA256", date, authorization.scope.text,
            Hex.encode(SHA256.hash(data: Data(canonical.text.utf8))),
        ].joined(separator: "\n")
        let signingKey = signingKeys.key(for: authorization.scope, of: key)
        guard let signature = Hex.decode(authorization.signature),
            HMAC<SHA256>.isValidAuthenticationCode(
                signature, authenticating: Data(stringToSign.utf8), using: signingKey
            )
        else { throw .invalidSignature(Self.mismatch) }
    }

    static let mismatch =
        "The request signature we calculated does not match the signature you provided. "
        + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

    private func key(for authorization: Authorization, _ request: ReceivedRequest) throws(ECSError) -> Key {
        guard let key = keys[authorization.accessKeyID],
            key.sessionToken == request.values(of: "x-amz-security-token").first
        else {
            throw ECSError("UnrecognizedClientException", "The security token included in the request is invalid.")
        }
        return key
    }

    private func check(scope: CredentialScope) throws(ECSError) {
        guard scope.region == region else {
            throw .invalidSignature("Credential should be scoped to a valid region.")
        }
        guard scope.service == service else {
            throw .invalidSignature("Credential should be scoped to correct service: '\(service)'.")
        }
    }

    private func check(dateOf request: ReceivedRequest, _ scope: CredentialScope, now: Date) throws(ECSError) -> String
    {
        guard let text = request.values(of: "x-amz-date").first, let date = Timestamp.parseAmazon(text) else {
            throw .incompleteSignature(
                "Date must be in ISO-8601 'basic format'. Got '\(request.values(of: "x-amz-date").first ?? "")'."
            )
        }
        guard text.hasPrefix(scope.date) else {
            throw .invalidSignature("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.")
        }
        let earliest = now.addingTimeInterval(-tolerance.seconds)
        let latest = now.addingTimeInterval(tolerance.seconds)
        let minutes = Int(tolerance.seconds / 60)
        if date < earliest {
            throw .invalidSignature(
                "Signature expired: \(text) is now earlier than \(Timestamp.amazon(earliest)) "
                    + "(\(Timestamp.amazon(now)) - \(minutes) min.)"
            )
        }
        if date > latest {
            throw .invalidSignature(
                "Signature not yet current: \(text) is still later than \(Timestamp.amazon(latest)) "
                    + "(\(Timestamp.amazon(now)) + \(minutes) min.)"
            )
        }
        return text
    }

    /// Host must be signed, and so must every `X-Amz-` header that was sent.
    private func checkSigned(_ signed: [String], of request: ReceivedRequest) throws(ECSError) {
        let required = request.headers.map { $0.name.lowercased() }.filter { $0 == "host" || $0.hasPrefix("x-amz-") }
        let exempt: Set = ["x-amzn-trace-id", "x-amz-security-token"]
        if let missing = (["host"] + required).first(where: { !signed.contains($0) && !exempt.contains($0) }) {
            throw .invalidSignature("'\(missing)' must be a 'SignedHeader' in the AWS Authorization.")
        }
    }
}

/// Derived signing keys: four rounds of HMAC that are the same for a whole day.
private final class SigningKeyCache: Sendable {
    private let keys = Mutex<[String: SymmetricKey]>([:])
    /// A client that sends ever new dates must not fill the memory.
    private let maximumCount = 64

    func key(for scope: CredentialScope, of key: SignatureVerifier.Key) -> SymmetricKey {
        let name = key.accessKeyID + "/" + scope.text
        if let known = keys.withLock({ $0[name] }) { return known }
        var derived = SymmetricKey(data: Data(("AWS4" + key.secret).utf8))
        for part in [scope.date, scope.region, scope.service, "aws4_request"] {
            derived = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: derived))
        }
        let result = derived
        keys.withLock { keys in
            if keys.count >= maximumCount { keys = [:] }
            keys[name] = result
        }
        return result
    }
}

extension Hex {
    static func decode(_ text: String) -> Data? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes = Data()
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
