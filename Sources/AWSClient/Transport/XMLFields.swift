internal import Foundation

/// The texts of a small XML document's elements, by path. Just enough for STS answers and AWS's XML errors.
///
/// Strict and bounded, since the input is hostile: no document type (so no entities of its own), nesting and size
/// limited, end tags must match. Attributes, comments and processing instructions are skipped; CDATA is refused. An
/// HTML page rarely passes, and then holds none of the fields.
struct XMLFields: Sendable, SecretHolder {
    static let bytesMaximum = 256 * 1_024
    static let depthMaximum = 16
    static let fieldsMaximum = 512

    /// Leaf elements in document order: path from the root, text with entities resolved.
    private(set) var fields: [(path: [String], text: String)] = []

    /// Nil when the document breaks a rule above.
    init?(_ data: Data) {
        guard data.count <= Self.bytesMaximum, let text = String(validating: data, as: UTF8.self) else { return nil }
        var scanner = XMLScanner(text)
        var stack: [(name: String, text: String, hasChildren: Bool)] = []
        var hasRoot = false
        while let token = scanner.next() {
            switch token {
            case .invalid:
                return nil
            case .text(let text):
                if stack.isEmpty {
                    guard text.allSatisfy(\.isWhitespace) else { return nil }
                } else {
                    stack[stack.count - 1].text += text
                }
            case .start(let name, let isEmpty):
                guard stack.count < Self.depthMaximum, !(stack.isEmpty && hasRoot) else { return nil }
                hasRoot = true
                if !stack.isEmpty { stack[stack.count - 1].hasChildren = true }
                stack.append((name, "", false))
                if isEmpty, !self.close(name, &stack) { return nil }
            case .end(let name):
                guard self.close(name, &stack) else { return nil }
            }
        }
        guard hasRoot, stack.isEmpty else { return nil }
    }

    /// Text of the first leaf at exactly this path.
    func text(at path: [String]) -> String? {
        self.fields.first { $0.path == path }?.text
    }

    /// Text of the first leaf with this name, wherever it is.
    func first(named name: String) -> String? {
        self.fields.first { $0.path.last == name }?.text
    }

    private mutating func close(_ name: String, _ stack: inout [(name: String, text: String, hasChildren: Bool)])
        -> Bool
    {
        guard let element = stack.last, element.name == name else { return false }
        if !element.hasChildren {
            guard self.fields.count < Self.fieldsMaximum else { return false }
            self.fields.append((path: stack.map(\.name), text: element.text))
        }
        stack.removeLast()
        return true
    }
}

/// Cuts XML into tags and texts.
private struct XMLScanner {
    enum Token {
        case start(name: String, isEmpty: Bool)
        case end(name: String)
        case text(String)
        case invalid
    }

    private var rest: Substring

    init(_ text: String) {
        self.rest = Substring(text)
    }

    mutating func next() -> Token? {
        while !self.rest.isEmpty {
            guard self.rest.first == "<" else { return text() }
            if self.rest.hasPrefix("<!--") {
                guard self.skip(through: "-->") else { return .invalid }
            } else if self.rest.hasPrefix("<?") {
                guard self.skip(through: "?>") else { return .invalid }
            } else if self.rest.hasPrefix("<!") {
                return .invalid
            } else {
                return tag()
            }
        }
        return nil
    }

    private mutating func skip(through end: String) -> Bool {
        guard let range = self.rest.range(of: end) else { return false }
        self.rest = self.rest[range.upperBound...]
        return true
    }

    private mutating func text() -> Token {
        let raw = self.rest.prefix { $0 != "<" }
        self.rest = self.rest[raw.endIndex...]
        return Self.resolvingEntities(raw).map(Token.text) ?? .invalid
    }

    /// Ends at the first `>` outside quotes.
    private mutating func tag() -> Token {
        var quote: Character?
        var end: Substring.Index?
        for index in self.rest.indices {
            let character = self.rest[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == ">" {
                end = index
                break
            }
        }
        guard let end else { return .invalid }
        var inside = self.rest[self.rest.index(after: self.rest.startIndex)..<end]
        self.rest = self.rest[self.rest.index(after: end)...]
        let isEnd = inside.hasPrefix("/")
        let isEmpty = !isEnd && inside.hasSuffix("/")
        if isEnd { inside = inside.dropFirst() }
        if isEmpty { inside = inside.dropLast() }
        let name = inside.prefix { !$0.isWhitespace }
        guard !name.isEmpty, name.utf8.count <= 128, name.allSatisfy(Self.isNameCharacter) else { return .invalid }
        return isEnd ? .end(name: String(name)) : .start(name: String(name), isEmpty: isEmpty)
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || ":_-.".contains(character)
    }

    private static func resolvingEntities(_ raw: Substring) -> String? {
        guard raw.contains("&") else { return String(raw) }
        var resolved = ""
        var rest = raw
        while let start = rest.firstIndex(of: "&") {
            resolved += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ";"),
                let character = entity(rest[rest.index(after: start)..<end])
            else { return nil }
            resolved.unicodeScalars.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return resolved + rest
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#"), name.utf8.count <= 8 else { return nil }
            let digits = name.dropFirst()
            let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init)
        }
    }
}
