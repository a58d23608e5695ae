internal import Foundation

/// AWS Secrets Manager: reading one secret, for references in a configuration, and whether one is there.
public struct SecretsManagerClient: Sendable {
    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// Reads a secret's current value, or the one that `versionStage` labels.
    ///
    /// - Parameter id: name or ARN.
    /// - Throws: `AWSError`; its code is `ResourceNotFoundException` when there is no such secret. `CancellationError`
    ///   when cancelled.
    public func getSecretValue(_ id: String, versionStage: String? = nil) async throws -> SecretValue {
        try require(!id.isEmpty && id.utf8.count <= 2_048, "A secret's name or ARN has 1 to 2048 characters.")
        let call = try AWSCall.json(
            .secretsManager, "GetSecretValue", Input(secretID: id, versionStage: versionStage), isRepeatable: true
        )
        return try await self.client.json(call, as: SecretValue.self)
    }

    /// What is known of a secret but its value. Nil: there is no such secret.
    ///
    /// - Parameter id: name or ARN.
    /// - Throws: `AWSError`. `CancellationError` when cancelled.
    public func describeSecret(_ id: String) async throws -> SecretDescription? {
        try require(!id.isEmpty && id.utf8.count <= 2_048, "A secret's name or ARN has 1 to 2048 characters.")
        let call = try AWSCall.json(
            .secretsManager, "DescribeSecret", Input(secretID: id, versionStage: nil), isRepeatable: true)
        do {
            return try await self.client.json(call, as: SecretDescription.self)
        } catch let error as AWSError where error.code.rawValue == "ResourceNotFoundException" {
            return nil
        }
    }

    private struct Input: Encodable {
        var secretID: String
        var versionStage: String?

        enum CodingKeys: String, CodingKey {
            case secretID = "SecretId"
            case versionStage = "VersionStage"
        }
    }
}

/// A secret without its value.
public struct SecretDescription: Sendable, Hashable, Decodable {
    /// Somebody deleted it: it can't be read, and will be gone when its recovery window is over.
    public var isDeleted: Bool

    public init(isDeleted: Bool) { self.isDeleted = isDeleted }

    enum CodingKeys: String, CodingKey { case deletedDate = "DeletedDate" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.isDeleted = try container.contains(.deletedDate) && !container.decodeNil(forKey: .deletedDate)
    }
}

/// A secret with its name. Descriptions leave the value out.
public struct SecretValue: Sendable, Hashable {
    public var arn: String?
    public var name: String?
    public var versionID: String?
    /// What is secret, as bytes: the UTF-8 of a text secret, or a binary one.
    public var bytes: [UInt8]

    /// The value as text; nil when it is not UTF-8.
    public var text: String? { String(validating: self.bytes, as: UTF8.self) }
}

extension SecretValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "SecretValue(\(self.name ?? "unnamed"), redacted)" }

    public var debugDescription: String { self.description }

    public var customMirror: Mirror { Mirror(self, children: ["name": self.name ?? ""]) }
}

extension SecretValue: Decodable {
    enum CodingKeys: String, CodingKey {
        case arn = "ARN"
        case name = "Name"
        case versionID = "VersionId"
        case text = "SecretString"
        case binary = "SecretBinary"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.arn = try container.decodeIfPresent(String.self, forKey: .arn)
        self.name = try container.decodeIfPresent(String.self, forKey: .name)
        self.versionID = try container.decodeIfPresent(String.self, forKey: .versionID)
        if let text = try container.decodeIfPresent(String.self, forKey: .text) {
            self.bytes = Array(text.utf8)
        } else {
            self.bytes = Array(try container.decode(Data.self, forKey: .binary))
        }
    }
}
