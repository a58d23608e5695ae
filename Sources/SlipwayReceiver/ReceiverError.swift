/// Why the receiver can't be built or can't listen.
public struct ReceiverError: Error, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No credentials, or some that Azure DevOps can't send or that can be guessed.
        public static let invalidCredentials = Code(rawValue: "invalidCredentials")
        /// A limit is out of its range.
        public static let invalidLimits = Code(rawValue: "invalidLimits")
        /// The address is in use, not of this machine, or its port needs privileges.
        public static let cannotListen = Code(rawValue: "cannotListen")
    }

    public let code: Code
    /// For the operator: what to do next. Holds no secret.
    public let message: String
    public let cause: String?

    init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}

extension ReceiverError: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
