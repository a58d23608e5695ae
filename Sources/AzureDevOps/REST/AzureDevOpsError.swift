/// Why a call to Azure DevOps failed.
///
/// The message is for the operator: what was refused and what to do next. It never holds a token, a header or a body.
/// Errors are equal if their codes are.
public struct AzureDevOpsError: Error, Sendable {
    /// What went wrong. Compare with `==`; codes may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// A setting is no good: the organization's URL, the token's form, a name that can't stand in a URL.
        public static let invalidConfiguration = Code(description: "invalidConfiguration")
        /// The token is wrong, expired or for another organization. Sign-in pages and redirects count as this.
        public static let notSignedIn = Code(description: "notSignedIn")
        /// Signed in, but without the permission or the token's scope.
        public static let accessDenied = Code(description: "accessDenied")
        public static let notFound = Code(description: "notFound")
        /// The name is taken, or the object was changed meanwhile.
        public static let conflict = Code(description: "conflict")
        /// The agent is running a job and was not deleted.
        public static let agentBusy = Code(description: "agentBusy")
        /// Too many requests. ``AzureDevOpsError/retryAfter`` says how long to wait, if the service told.
        public static let throttled = Code(description: "throttled")
        /// The service calls the request wrong (another 4xx).
        public static let invalidRequest = Code(description: "invalidRequest")
        /// The service failed (5xx).
        public static let server = Code(description: "server")
        /// An answer of 200 that is cut, is not JSON or lacks what it must have. Nothing is known then; not "none".
        public static let malformedAnswer = Code(description: "malformedAnswer")
        public static let answerTooLarge = Code(description: "answerTooLarge")
        /// No complete answer in time. A call that changes something may have been carried out.
        public static let timeout = Code(description: "timeout")
        /// No connection, or one that broke. A call that changes something may have been carried out.
        public static let unreachable = Code(description: "unreachable")
    }

    public var code: Code
    public var message: String
    /// The status of the answer, if there was one.
    public var httpStatus: Int?
    /// The service's own name for the error, such as `TaskAgentExistsException`.
    public var typeKey: String?
    /// How long the service wants to be left alone.
    public var retryAfter: Duration?
    public var cause: (any Error)?

    public init(
        _ code: Code,
        _ message: String,
        httpStatus: Int? = nil,
        typeKey: String? = nil,
        retryAfter: Duration? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
        self.typeKey = typeKey
        self.retryAfter = retryAfter
        self.cause = cause
    }
}

extension AzureDevOpsError: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension AzureDevOpsError: CustomStringConvertible {
    public var description: String { "\(message) (\(code))" }
}
