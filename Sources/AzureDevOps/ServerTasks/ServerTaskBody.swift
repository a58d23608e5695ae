/// The body of a server task's call, as far as its form goes: an object of numbers, and of objects that hold texts alone.
///
/// Azure DevOps puts macros into the text without escaping, so an input with a quotation mark breaks the JSON, or makes a
/// member that is there twice. Both are refused, at any depth: no input can change another member.
public struct ServerTaskBody: Sendable, Equatable {
    /// The members that are numbers.
    public let numbers: [String: Int64]
    /// The members that are objects, each with its texts.
    public let objects: [String: [String: String]]

    /// The outermost object and those in it.
    static let maximumDepth = 2

    public init(_ bytes: [UInt8]) throws(ServiceHookDecodingError) {
        var scanner = JSONScanner(bytes, maximumDepth: Self.maximumDepth)
        var numbers: [String: Int64] = [:]
        var objects: [String: [String: String]] = [:]
        guard try scanner.peekKind() == .object else { throw Self.malformed(scanner, "the body is no object") }
        try scanner.openObject()
        while let key = try scanner.nextKey() {
            let name = key.string(in: bytes)
            guard numbers[name] == nil, objects[name] == nil else {
                throw Self.malformed(scanner, "a member is there twice")
            }
            switch try scanner.peekKind() {
            case .object: objects[name] = try Self.texts(&scanner, bytes)
            case .number:
                guard let number = try scanner.skipValue().integer(in: bytes) else {
                    throw Self.malformed(scanner, "a number is not a whole one")
                }
                numbers[name] = number
            case .array, .string, .boolean, .null:
                throw Self.malformed(scanner, "a member is neither a number nor an object")
            }
        }
        try scanner.finish()
        self.numbers = numbers
        self.objects = objects
    }

    private static func texts(
        _ scanner: inout JSONScanner, _ bytes: [UInt8]
    ) throws(ServiceHookDecodingError) -> [String: String] {
        var texts: [String: String] = [:]
        try scanner.openObject()
        while let key = try scanner.nextKey() {
            let name = key.string(in: bytes)
            guard texts[name] == nil else { throw malformed(scanner, "a member is there twice") }
            guard try scanner.peekKind() == .string else { throw malformed(scanner, "a member is no text") }
            texts[name] = try scanner.skipValue().string(in: bytes)
        }
        return texts
    }

    private static func malformed(_ scanner: JSONScanner, _ what: String) -> ServiceHookDecodingError {
        ServiceHookDecodingError(.notJSON, at: scanner.position, what)
    }
}
