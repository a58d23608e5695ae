internal import Foundation

/// The JSON in which the container endpoint, the instance metadata service and credential processes answer.
struct CredentialDocument: Decodable, SecretHolder {
    var version: Int?
    /// Instance metadata: `Success`, or what failed.
    var code: String?
    var accessKeyID: String?
    var secretAccessKey: String?
    var token: String?
    var sessionToken: String?
    var expiration: String?

    enum CodingKeys: String, CodingKey {
        case version = "Version"
        case code = "Code"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
    }

    /// - Throws: `CredentialError` that says what is missing, without quoting anything.
    static func credentials(
        from data: Data, source: String, mend: String, requiringVersion version: Int? = nil
    ) throws(CredentialError) -> AWSCredentials {
        func failed(_ reason: String) -> CredentialError {
            CredentialError(.failed, source: source, reason: reason, mend: mend)
        }
        guard let document = try? JSONDecoder().decode(CredentialDocument.self, from: data) else {
            throw failed("its answer is not the JSON object that holds credentials")
        }
        if let version, document.version != version { throw failed("its answer does not say “Version”: \(version)") }
        if let code = document.code, code != "Success" {
            throw failed("it answered with code \(AWSError.cleaned(code, charactersMaximum: 60))")
        }
        guard let accessKeyID = document.accessKeyID, !accessKeyID.isEmpty,
            let secret = document.secretAccessKey, !secret.isEmpty
        else { throw failed("its answer lacks AccessKeyId or SecretAccessKey") }
        var expiration: Date?
        if let text = document.expiration {
            guard let date = Timestamps.parseISO8601(text) else { throw failed("its Expiration is no ISO 8601 time") }
            expiration = date
        }
        return AWSCredentials(
            accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: document.token ?? document.sessionToken,
            expiration: expiration, source: source
        )
    }
}
