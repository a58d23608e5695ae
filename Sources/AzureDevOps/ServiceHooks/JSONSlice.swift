/// A checked value in the bytes of a JSON text: its kind and where it stands. It holds no bytes of its own.
struct JSONSlice: Equatable {
    enum Kind: Equatable {
        case object, array, string, number, boolean, null
    }

    let kind: Kind
    /// Of a string without its quotes.
    let range: Range<Int>
    /// Of a string: a backslash occurs.
    let hasEscapes: Bool

    /// True if this string without escapes is `text`.
    func isPlainString(_ text: [UInt8], in bytes: [UInt8]) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<text.count where bytes[range.lowerBound + index] != text[index] { return false }
        return true
    }

    /// The string with its escapes resolved.
    ///
    /// A surrogate that stands alone becomes U+FFFD, and so does a control character (`\u0000`, `\n`): these strings are
    /// names and identifiers on their way to a log line and a database, where neither has any business.
    func string(in bytes: [UInt8]) -> String {
        guard hasEscapes else { return String(decoding: bytes[range], as: UTF8.self) }
        var text: [UInt16] = []
        var position = range.lowerBound
        var plain = position
        while position < range.upperBound {
            guard bytes[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            text.append(contentsOf: String(decoding: bytes[plain..<position], as: UTF8.self).utf16)
            text.append(Self.unescape(bytes, &position))
            plain = position
        }
        text.append(contentsOf: String(decoding: bytes[plain..<position], as: UTF8.self).utf16)
        return String(decoding: text, as: UTF16.self)
    }

    /// The integer, if this number is written as one and fits.
    func integer(in bytes: [UInt8]) -> Int64? {
        Int64(String(decoding: bytes[range], as: UTF8.self))
    }

    /// The UTF-16 unit of the escape at `position`, which is moved behind it. The scanner has checked its form.
    private static func unescape(_ bytes: [UInt8], _ position: inout Int) -> UInt16 {
        let letter = bytes[position + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "u"):
            let unit = bytes[position..<position + 4].reduce(UInt16(0)) { $0 << 4 | UInt16($1.hexadecimalDigit ?? 0) }
            position += 4
            return unit < 0x20 || unit == 0x7F ? 0xFFFD : unit
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return UInt16(letter)
        default:
            return 0xFFFD
        }
    }
}
