/// What went wrong with a call to AWS, and what to do next. Equal by code.
///
/// Never holds a secret: the service's message is cut, cleaned and freed of tokens, and a body that is not AWS's own
/// form is described, not quoted.
public struct AWSError: Error, Sendable {
    /// AWS's own code where it sent one (`ClusterNotFoundException`), else one of ours.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public var description: String { self.rawValue }

        /// A setting is wrong; nothing was sent.
        public static let invalidConfiguration = Code(rawValue: "InvalidConfiguration")
        /// The request breaks a documented limit; nothing was sent.
        public static let invalidRequest = Code(rawValue: "InvalidRequest")
        /// No credentials could be had; nothing was sent. `cause` is the `CredentialError`.
        public static let credentialsUnavailable = Code(rawValue: "CredentialsUnavailable")
        /// No connection could be made; nothing was sent.
        public static let connectionFailed = Code(rawValue: "ConnectionFailed")
        /// The connection broke after something was sent.
        public static let connectionLost = Code(rawValue: "ConnectionLost")
        /// No complete answer within the time allowed for an attempt.
        public static let timedOut = Code(rawValue: "TimedOut")
        /// The answer was larger than `AWSClient.Configuration.responseBodyMaximumBytes`.
        public static let responseTooLarge = Code(rawValue: "ResponseTooLarge")
        /// HTTP said success, but the body was not what the operation answers.
        public static let malformedResponse = Code(rawValue: "MalformedResponse")
    }

    /// What the caller can do about it.
    public enum Classification: String, Sendable, CaseIterable {
        /// Too many calls, ours or others' in the account. Later, slower.
        case throttle
        /// The service, or the way to it. Later.
        case transient
        /// The credentials are missing, expired or unknown. Later, after they were refreshed or mended.
        case expiredCredentials
        /// The local clock is too far off for AWS. The client has corrected itself once already.
        case clockSkew
        /// The identity, its signature or its permissions were refused. Somebody must mend them.
        case accessDenied
        /// The request itself, or what it names. Not again without a change.
        case permanent
    }

    public var code: Code
    public var classification: Classification
    /// What the service said, or what we saw, in one line.
    public var message: String
    /// What to do next; empty when there is nothing sensible to say.
    public var advice: String
    /// Nil for errors of configuration, which belong to no call.
    public var service: String?
    public var operation: String?
    /// Nil when no answer came.
    public var httpStatus: Int?
    public var requestID: String?
    /// Whether AWS may have carried the request out although it failed here.
    public var isOutcomeUnknown = false
    /// How many times the request was sent.
    public var attempts = 0
    /// From `ConflictException`: ARNs of the tasks that the client token belongs to already.
    public var resourceIDs: [String] = []
    /// How long the service asked to wait, from `x-amz-retry-after`.
    public var retryAfter: Duration?
    /// The service's clock minus ours, when `classification` is `clockSkew`. Seconds.
    var clockOffsetSeconds: Double?
    public var cause: (any Error)?

    init(
        _ code: Code, _ classification: Classification, message: String, advice: String = "", service: String? = nil,
        operation: String? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.classification = classification
        self.message = message
        self.advice = advice
        self.service = service
        self.operation = operation
        self.cause = cause
    }

    static func invalidConfiguration(_ message: String) -> AWSError {
        AWSError(.invalidConfiguration, .permanent, message: message)
    }

    static func invalidRequest(_ message: String, advice: String = "") -> AWSError {
        AWSError(.invalidRequest, .permanent, message: message, advice: advice)
    }
}

extension AWSError: Equatable {
    public static func == (left: AWSError, right: AWSError) -> Bool { left.code == right.code }
}

extension AWSError: CustomStringConvertible {
    /// One line: service, operation, code, status, request id, message, advice.
    public var description: String {
        let call = [self.service, self.operation].compactMap { $0 }.joined(separator: " ")
        var facts: [String] = []
        if let status = self.httpStatus { facts.append("HTTP \(status)") }
        if let id = self.requestID { facts.append("request \(id)") }
        if self.attempts > 1 { facts.append("\(self.attempts) attempts") }
        var text = call.isEmpty ? "\(self.code)" : "\(call): \(self.code)"
        if !facts.isEmpty { text += " (\(facts.joined(separator: ", ")))" }
        if !self.message.isEmpty { text += ": \(self.message)" }
        if !self.advice.isEmpty { text += " \(self.advice)" }
        return text
    }
}

extension AWSError {
    /// Makes text from outside fit for one line of a log: control characters become spaces, and it is cut.
    static func cleaned(_ text: String, charactersMaximum: Int = 1_000) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(charactersMaximum) {
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            scalars.append(isControl ? " " : scalar)
        }
        let isCut = text.unicodeScalars.count > charactersMaximum
        return String(scalars).split(separator: " ").joined(separator: " ") + (isCut ? "…" : "")
    }
}
