public import struct Foundation.Date

/// One set of credentials. Its descriptions, and those of whatever holds it, show the access key id and the source
/// only; the secret and the session token can't reach a log by printing.
public struct AWSCredentials: Sendable, Hashable {
    public let accessKeyID: String
    public let secretAccessKey: String
    /// Present when the credentials are temporary.
    public let sessionToken: String?
    /// When AWS stops accepting them; nil when they don't expire by themselves.
    public let expiration: Date?
    /// Where they came from, in words for a person: "environment variables", "profile build", ….
    public let source: String

    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Date? = nil,
        source: String = "given in code"
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.source = source
    }

    /// Whether AWS would see the same key, whatever the source says about it.
    func isSameKey(as other: AWSCredentials) -> Bool {
        self.accessKeyID == other.accessKeyID && self.secretAccessKey == other.secretAccessKey
            && self.sessionToken == other.sessionToken
    }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        "AWSCredentials(\(self.accessKeyID), from \(self.source), secret redacted)"
    }

    public var debugDescription: String { self.description }

    /// `dump` and string interpolation of an enclosing value walk the mirror, so it must be redacted too.
    public var customMirror: Mirror {
        Mirror(self, children: ["accessKeyID": self.accessKeyID, "source": self.source])
    }
}
