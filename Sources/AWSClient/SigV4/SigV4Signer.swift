internal import Crypto
internal import Foundation
internal import NIOHTTP1

/// What is to be signed, exactly as it will be sent.
struct SigV4Request: Sendable, SecretHolder {
    var method: String
    /// Path as sent, without the query.
    var path: String
    /// Raw query without `?`; empty when there is none.
    var query: String
    /// Must hold `Host`, with the port when it is not the scheme's own.
    var headers: HTTPHeaders
    var body: Data
}

/// What signing gives: the headers to send, and the steps in between, so that a test can tell where a difference
/// starts.
struct SigV4Signature: Sendable, SecretHolder {
    /// The request's headers with `X-Amz-Date`, `X-Amz-Security-Token` where there is one, and `Authorization`.
    let headers: HTTPHeaders
    let canonicalRequest: String
    let stringToSign: String
    /// Lower-case hexadecimal.
    let signature: String
}

/// AWS Signature Version 4 in the `Authorization` header. Pure: request, credentials, scope and time in; headers out.
struct SigV4Signer: Sendable {
    var credentials: AWSCredentials
    var region: String
    var service: String
    /// Remembers derived keys between requests; without it each signature derives its own.
    var keys: SigningKeyCache?
    /// False for services that want the path as it is (S3).
    var normalizesPath = true
    /// Whether `X-Amz-Content-Sha256` is sent and signed too. The services here do without.
    var sendsBodyHash = false
    /// True for services that want the session token sent but not signed. None here does.
    var leavesTokenUnsigned = false

    static let algorithm = "AWS4-HMAC-SHA256"

    func sign(_ request: SigV4Request, at date: Date) -> SigV4Signature {
        let timestamp = Timestamps.basicISO8601(date)
        let scope = SigningScope(day: String(timestamp.prefix(8)), region: self.region, service: self.service)
        let payloadHash = Hexadecimal.lowercase(SHA256.hash(data: request.body))
        var headers = headersToSign(request.headers, timestamp: timestamp, payloadHash: payloadHash)

        let canonical = CanonicalRequest(
            method: request.method, path: request.path, query: request.query, headers: headers,
            payloadHash: payloadHash, normalizesPath: self.normalizesPath,
            unsignedNames: self.leavesTokenUnsigned ? ["x-amz-security-token"] : []
        )
        let stringToSign = [
            Self.algorithm, timestamp, scope.description,
            Hexadecimal.lowercase(SHA256.hash(data: Data(canonical.text.utf8))),
        ].joined(separator: "\n")
        let signature = Hexadecimal.lowercase(
            HMAC<SHA256>.authenticationCode(for: Data(stringToSign.utf8), using: key(for: scope))
        )
        headers.add(
            name: "Authorization",
            value: "\(Self.algorithm) Credential=\(self.credentials.accessKeyID)/\(scope), "
                + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
        )
        return SigV4Signature(
            headers: headers, canonicalRequest: canonical.text, stringToSign: stringToSign, signature: signature
        )
    }

    /// Replaces what an earlier attempt left, so that signing an already signed request signs it anew.
    private func headersToSign(_ original: HTTPHeaders, timestamp: String, payloadHash: String) -> HTTPHeaders {
        var headers = original
        headers.remove(name: "Authorization")
        headers.replaceOrAdd(name: "X-Amz-Date", value: timestamp)
        headers.remove(name: "X-Amz-Security-Token")
        if let token = self.credentials.sessionToken {
            headers.add(name: "X-Amz-Security-Token", value: token)
        }
        if self.sendsBodyHash {
            headers.replaceOrAdd(name: "X-Amz-Content-Sha256", value: payloadHash)
        }
        return headers
    }

    private func key(for scope: SigningScope) -> SymmetricKey {
        self.keys?.key(for: scope, credentials: self.credentials)
            ?? scope.signingKey(secret: self.credentials.secretAccessKey)
    }
}

/// What a signing key is good for: one day, one region, one service.
struct SigningScope: Hashable, Sendable, CustomStringConvertible {
    /// `yyyyMMdd` in UTC.
    var day: String
    var region: String
    var service: String

    var description: String { "\(self.day)/\(self.region)/\(self.service)/aws4_request" }

    /// The HMAC chain "AWS4" + secret → day → region → service → "aws4_request".
    func signingKey(secret: String) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(secret)".utf8))
        for part in [self.day, self.region, self.service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        return key
    }
}
