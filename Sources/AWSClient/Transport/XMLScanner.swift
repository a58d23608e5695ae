internal import Foundation

/// Cuts XML into tags and texts.
struct XMLScanner {
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
