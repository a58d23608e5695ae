/// Why the body of a delivery could not be decoded.
///
/// The description names the place by its byte offset and never repeats the payload, so it may go to a log or the ledger.
public struct ServiceHookDecodingError: Error, Sendable {
    /// What was wrong. Compare with `==`; codes may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// The body is longer than ``ServiceHookEvent/maximumBodyBytes``.
        public static let tooLarge = Code(description: "tooLarge")
        /// The body ends inside a value: it was cut on its way, or is empty.
        public static let truncated = Code(description: "truncated")
        /// The body is not JSON by RFC 8259.
        public static let notJSON = Code(description: "notJSON")
        /// A string holds bytes that are not UTF-8.
        public static let invalidUTF8 = Code(description: "invalidUTF8")
        /// Objects and arrays are nested deeper than ``ServiceHookEvent/maximumDepth``.
        public static let tooDeep = Code(description: "tooDeep")
        /// The body is JSON, but not an object.
        public static let notAnObject = Code(description: "notAnObject")
        /// The object has no `eventType` that is a short string.
        public static let eventTypeMissing = Code(description: "eventTypeMissing")
    }

    public let code: Code
    /// Where in the body, in bytes from its start.
    public let byteOffset: Int
    /// What was found there, for the operator.
    public let message: String

    init(_ code: Code, at byteOffset: Int, _ message: String) {
        self.code = code
        self.byteOffset = byteOffset
        self.message = message
    }
}

extension ServiceHookDecodingError: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension ServiceHookDecodingError: CustomStringConvertible {
    public var description: String { "\(message) (byte \(byteOffset), \(code))" }
}
