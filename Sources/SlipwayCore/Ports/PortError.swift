/// A call to one of the two services that did not succeed.
public struct PortError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No answer, a broken one, or the service's own fault: tried again later.
        public static let unavailable = Code(rawValue: "unavailable")
        /// Too many calls: tried again after `retryAfterSeconds`.
        public static let throttled = Code(rawValue: "throttled")
        /// Credentials missing, wrong or expired.
        public static let unauthenticated = Code(rawValue: "unauthenticated")
        /// The credentials lack a permission.
        public static let forbidden = Code(rawValue: "forbidden")
        /// Refused for its content; the same call will be refused again.
        public static let invalid = Code(rawValue: "invalid")
        /// The agent holds a job, so its registration can't be deleted.
        public static let agentBusy = Code(rawValue: "agentBusy")
        /// The service doesn't know it: no longer, or not yet, since its answers may be older than its last change.
        public static let unknown = Code(rawValue: "unknown")
    }

    public var code: Code
    /// For the operator: what to do next. Holds no secret.
    public var message: String
    public var retryAfterSeconds: Int?

    public init(code: Code, message: String, retryAfterSeconds: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    public var description: String { message }
}
