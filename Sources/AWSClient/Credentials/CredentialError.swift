/// Why a source gave no credentials, and how to mend it. Never holds a secret: neither the content of a file nor what a
/// process or a server sent.
public struct CredentialError: Error, Sendable {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The source has nothing to say here; a chain asks the next one.
        public static let notConfigured = Code(rawValue: "notConfigured")
        /// The source is configured, but did not work; a chain ends here.
        public static let failed = Code(rawValue: "failed")
        /// No source of a chain applied; `attempts` tells why of each.
        public static let exhausted = Code(rawValue: "exhausted")
    }

    public var code: Code
    /// The source in words for a person.
    public var source: String
    /// Why the source did not apply or did not work.
    public var reason: String
    /// What to do about it.
    public var mend: String
    /// The sources asked before, in order, each with its reason.
    public var attempts: [CredentialError]
    public var cause: (any Error)?

    public init(
        _ code: Code, source: String, reason: String, mend: String, attempts: [CredentialError] = [],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.source = source
        self.reason = reason
        self.mend = mend
        self.attempts = attempts
        self.cause = cause
    }
}

extension CredentialError: CustomStringConvertible {
    public var description: String {
        guard !self.attempts.isEmpty else {
            return "\(self.source): \(self.reason). \(self.mend)"
        }
        let tried = self.attempts.map { "  \($0.source): \($0.reason). \($0.mend)" }
        let headline = "\(self.source): \(self.reason). \(self.mend)"
        return ([headline, "Asked before:"] + tried).joined(separator: "\n")
    }
}

extension CredentialError: Equatable {
    /// Equal by code and source, as errors are told apart; texts may change.
    public static func == (left: CredentialError, right: CredentialError) -> Bool {
        left.code == right.code && left.source == right.source
    }
}
