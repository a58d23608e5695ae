/// A pull scanner over the bytes of one JSON text.
///
/// It checks the whole text by RFC 8259 in a single pass (grammar, UTF-8 and depth) and builds nothing: the caller takes
/// the few values it wants as ``JSONSlice`` and the rest costs no memory. Foundation's decoder is no substitute: it lets a
/// comma before a closing bracket pass, refuses a lone surrogate anywhere, and has no limit of depth to set.
///
/// Two leniencies, both of the RFC: a leading byte order mark is skipped (section 8.1), and an escaped surrogate may
/// stand alone (section 8.2). The second matters: a commit message cut to a length by UTF-16 units ends in one.
struct JSONScanner {
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private(set) var position = 0
    private var depth = 0
    private var isBeforeFirstMember = false

    init(_ bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The kind of the value that comes next, after white space. Nothing of the value is consumed.
    mutating func peekKind() throws(ServiceHookDecodingError) -> JSONSlice.Kind {
        skipWhitespace()
        guard position < bytes.count else { throw truncated() }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: throw unexpected("a value")
        }
    }

    /// Consumes the `{` of an object. Then call ``nextKey()`` until it returns nil, and consume one value after each key.
    mutating func openObject() throws(ServiceHookDecodingError) {
        try descend()
        isBeforeFirstMember = true
    }

    /// Consumes the next member's key and colon; nil once the object's `}` has been consumed.
    mutating func nextKey() throws(ServiceHookDecodingError) -> JSONSlice? {
        skipWhitespace()
        guard position < bytes.count else { throw truncated() }
        if bytes[position] == UInt8(ascii: "}") {
            isBeforeFirstMember = false
            ascend()
            return nil
        }
        if isBeforeFirstMember {
            isBeforeFirstMember = false
        } else {
            try consume(UInt8(ascii: ","), "a comma or the end of the object")
            skipWhitespace()
        }
        guard position < bytes.count else { throw truncated() }
        guard bytes[position] == UInt8(ascii: "\"") else { throw unexpected("a member's name") }
        let start = position
        let hasEscapes = try skipString()
        let key = JSONSlice(kind: .string, range: start + 1..<position - 1, hasEscapes: hasEscapes)
        skipWhitespace()
        try consume(UInt8(ascii: ":"), "a colon")
        return key
    }

    /// Consumes one value of any kind, and checks all of it.
    mutating func skipValue() throws(ServiceHookDecodingError) -> JSONSlice {
        let kind = try peekKind()
        let start = position
        switch kind {
        case .object: try skipObject()
        case .array: try skipArray()
        case .string:
            let hasEscapes = try skipString()
            return JSONSlice(kind: .string, range: start + 1..<position - 1, hasEscapes: hasEscapes)
        case .number: try skipNumber()
        case .boolean: try skipLiteral(bytes[position] == UInt8(ascii: "t") ? "true" : "false")
        case .null: try skipLiteral("null")
        }
        return JSONSlice(kind: kind, range: start..<position, hasEscapes: false)
    }

    /// Call after the outermost value: only white space may follow.
    mutating func finish() throws(ServiceHookDecodingError) {
        skipWhitespace()
        guard position == bytes.count else { throw unexpected("the end") }
    }
}

// MARK: - Objects and arrays

extension JSONScanner {
    private mutating func skipObject() throws(ServiceHookDecodingError) {
        try openObject()
        while try nextKey() != nil { _ = try skipValue() }
    }

    private mutating func skipArray() throws(ServiceHookDecodingError) {
        try descend()
        skipWhitespace()
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") { return ascend() }
        while true {
            _ = try skipValue()
            skipWhitespace()
            guard position < bytes.count else { throw truncated() }
            if bytes[position] == UInt8(ascii: "]") { return ascend() }
            try consume(UInt8(ascii: ","), "a comma or the end of the array")
        }
    }

    /// The limit is checked before the recursion that it bounds: 100,000 brackets cost `maximumDepth` frames.
    private mutating func descend() throws(ServiceHookDecodingError) {
        guard depth < maximumDepth else {
            throw ServiceHookDecodingError(.tooDeep, at: position, "values are nested deeper than \(maximumDepth)")
        }
        depth += 1
        position += 1
    }

    private mutating func ascend() {
        depth -= 1
        position += 1
    }
}

// MARK: - Strings

extension JSONScanner {
    /// Consumes a string with its quotes; true if it has escapes.
    private mutating func skipString() throws(ServiceHookDecodingError) -> Bool {
        var hasEscapes = false
        position += 1
        while true {
            position = endOfPlainText(from: position)
            guard position < bytes.count else { throw truncated() }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0..<0x20:
                throw unexpected("no raw control character in a string")
            default:
                try skipMultibyteCharacter()
            }
        }
    }

    /// The first byte from `start` on that is not plain text: a quote, a backslash, a control character or not ASCII.
    /// Most bytes of a payload stand in strings, so this looks at eight at a time; a set bit of `special` marks such a
    /// byte, exactly in the lowest lane that has one.
    private func endOfPlainText(from start: Int) -> Int {
        let text = bytes.span.bytes
        var position = start
        while position + 8 <= text.byteCount {
            let word = UInt64(littleEndian: text.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quotes = word ^ 0x2222_2222_2222_2222
            let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let special =
                (word | (word &- 0x2020_2020_2020_2020) | (quotes &- 0x0101_0101_0101_0101)
                    | (backslashes &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080
            guard special == 0 else { return position + special.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < bytes.count, isPlainText(bytes[position]) { position += 1 }
        return position
    }

    private func isPlainText(_ byte: UInt8) -> Bool {
        0x20..<0x80 ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func skipEscape() throws(ServiceHookDecodingError) {
        position += 1
        guard position < bytes.count else { throw truncated() }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            for _ in 0..<4 {
                guard position < bytes.count else { throw truncated() }
                guard bytes[position].hexadecimalDigit != nil else { throw unexpected("four hexadecimal digits") }
                position += 1
            }
        default:
            throw unexpected("an escape of RFC 8259")
        }
    }

    /// Well-formed UTF-8 by table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
    private mutating func skipMultibyteCharacter() throws(ServiceHookDecodingError) {
        let length: Int
        let second: ClosedRange<UInt8>
        switch bytes[position] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw invalidUTF8()
        }
        for index in 1..<length {
            guard position + index < bytes.count else { throw truncated() }
            guard (index == 1 ? second : 0x80...0xBF).contains(bytes[position + index]) else { throw invalidUTF8() }
        }
        position += length
    }
}

// MARK: - Numbers, literals, white space

extension JSONScanner {
    private mutating func skipNumber() throws(ServiceHookDecodingError) {
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        // A zero stands alone: "01" is not a number.
        if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
            position += 1
        } else {
            try skipDigits()
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(ServiceHookDecodingError) {
        let start = position
        while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
        guard position > start else {
            throw position < bytes.count ? unexpected("a digit") : truncated()
        }
    }

    private mutating func skipLiteral(_ literal: StaticString) throws(ServiceHookDecodingError) {
        for index in 0..<literal.utf8CodeUnitCount {
            guard position < bytes.count else { throw truncated() }
            guard bytes[position] == literal.utf8Start[index] else { throw unexpected("\(literal)") }
            position += 1
        }
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func consume(_ byte: UInt8, _ name: String) throws(ServiceHookDecodingError) {
        guard position < bytes.count else { throw truncated() }
        guard bytes[position] == byte else { throw unexpected(name) }
        position += 1
    }
}

// MARK: - Errors

extension JSONScanner {
    private func truncated() -> ServiceHookDecodingError {
        ServiceHookDecodingError(.truncated, at: bytes.count, "the body ends inside a value")
    }

    private func invalidUTF8() -> ServiceHookDecodingError {
        ServiceHookDecodingError(.invalidUTF8, at: position, "a string holds bytes that are not UTF-8")
    }

    private func unexpected(_ expected: String) -> ServiceHookDecodingError {
        ServiceHookDecodingError(.notJSON, at: position, "the body is not JSON: expected \(expected)")
    }
}

extension UInt8 {
    /// The value of an ASCII hexadecimal digit in either letter case.
    var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
