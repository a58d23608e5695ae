internal import Foundation

/// AWS Security Token Service: the calls that give credentials, and the one that tells whose they are.
///
/// All throw `AWSError`, or `CancellationError` when cancelled.
public struct STSClient: Sendable {
    private static let version = "2011-06-15"

    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// Whose credentials these are. Needs no permission: a good first check.
    public func getCallerIdentity() async throws -> CallerIdentity {
        let call = AWSCall.query(.sts, "GetCallerIdentity", version: Self.version, [])
        return try await self.client.perform(call) { answer in
            let fields = try Self.fields(answer)
            func text(_ name: String) throws -> String {
                try Self.text(fields, "GetCallerIdentityResponse", "GetCallerIdentityResult", name)
            }
            return CallerIdentity(account: try text("Account"), arn: try text("Arn"), userID: try text("UserId"))
        }
    }

    /// Credentials of a role, for the identity that the client signs with.
    ///
    /// - Parameters:
    ///   - sessionName: 2 to 64 of letters, digits and `+=,.@_-`; shows in CloudTrail.
    ///   - durationSeconds: 900 to 43200, nil is 3600; at most 3600 when the caller is a role itself.
    public func assumeRole(
        roleARN: String, sessionName: String, durationSeconds: Int? = nil, externalID: String? = nil
    ) async throws -> AWSCredentials {
        var parameters = [(name: "RoleArn", value: roleARN), (name: "RoleSessionName", value: sessionName)]
        if let durationSeconds { parameters.append((name: "DurationSeconds", value: String(durationSeconds))) }
        if let externalID { parameters.append((name: "ExternalId", value: externalID)) }
        let call = AWSCall.query(.sts, "AssumeRole", version: Self.version, parameters)
        return try await self.client.perform(call) {
            try Self.credentials($0, operation: "AssumeRole", source: "role \(roleARN)")
        }
    }

    /// Credentials of a role, for a token of an OpenID provider. Not signed: the token is the proof.
    public func assumeRoleWithWebIdentity(
        roleARN: String, sessionName: String, token: String, durationSeconds: Int? = nil
    ) async throws -> AWSCredentials {
        var parameters = [
            (name: "RoleArn", value: roleARN), (name: "RoleSessionName", value: sessionName),
            (name: "WebIdentityToken", value: token),
        ]
        if let durationSeconds { parameters.append((name: "DurationSeconds", value: String(durationSeconds))) }
        let call = AWSCall.query(
            .sts, "AssumeRoleWithWebIdentity", version: Self.version, parameters, authentication: .anonymous
        )
        return try await self.client.perform(call) {
            try Self.credentials($0, operation: "AssumeRoleWithWebIdentity", source: "web identity, role \(roleARN)")
        }
    }

    private static func credentials(_ answer: AWSAnswer, operation: String, source: String) throws -> AWSCredentials {
        let fields = try fields(answer)
        func text(_ name: String) throws -> String {
            try Self.text(fields, "\(operation)Response", "\(operation)Result", "Credentials", name)
        }
        guard let expiration = Timestamps.parseISO8601(try text("Expiration")) else { throw UnexpectedAnswer() }
        return AWSCredentials(
            accessKeyID: try text("AccessKeyId"), secretAccessKey: try text("SecretAccessKey"),
            sessionToken: try text("SessionToken"), expiration: expiration, source: source
        )
    }

    private static func fields(_ answer: AWSAnswer) throws -> XMLFields {
        guard let fields = XMLFields(answer.body) else { throw UnexpectedAnswer() }
        return fields
    }

    private static func text(_ fields: XMLFields, _ path: String...) throws -> String {
        guard let text = fields.text(at: path), !text.isEmpty else { throw UnexpectedAnswer() }
        return text
    }

    /// Becomes a `malformedResponse`; says nothing of the body, which holds secrets.
    private struct UnexpectedAnswer: Error {}
}

public struct CallerIdentity: Sendable, Hashable {
    public var account: String
    public var arn: String
    public var userID: String

    public init(account: String, arn: String, userID: String) {
        self.account = account
        self.arn = arn
        self.userID = userID
    }
}
