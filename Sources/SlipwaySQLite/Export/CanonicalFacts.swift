/// Whether a text is facts as the ledger writes them: one flat object of texts, whole numbers and flags, without white space.
/// Says no where in doubt.
enum CanonicalFacts {
    static func isOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        guard take("{", bytes, &place) else { return false }
        if take("}", bytes, &place) { return place == bytes.count }
        repeat {
            guard takeText(bytes, &place), take(":", bytes, &place), takeValue(bytes, &place) else { return false }
        } while take(",", bytes, &place)
        return take("}", bytes, &place) && place == bytes.count
    }

    private static func take(_ character: Unicode.Scalar, _ bytes: UnsafeRawBufferPointer, _ place: inout Int)
        -> Bool
    {
        guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private static func takeValue(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Bool {
        guard place < bytes.count else { return false }
        switch bytes[place] {
        case UInt8(ascii: "\""): return takeText(bytes, &place)
        case UInt8(ascii: "t"): return takeWord("true", bytes, &place)
        case UInt8(ascii: "f"): return takeWord("false", bytes, &place)
        default: return takeNumber(bytes, &place)
        }
    }

    private static func takeWord(_ word: StaticString, _ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        for index in 0..<count where bytes[place + index] != word.utf8Start[index] { return false }
        place += count
        return true
    }

    /// A leading zero is no number of JSON's.
    private static func takeNumber(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Bool {
        if bytes[place] == UInt8(ascii: "-") { place += 1 }
        let start = place
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) { place += 1 }
        return place > start && (bytes[start] != UInt8(ascii: "0") || place == start + 1)
    }

    /// The escapes that the ledger writes: of quotes, backslashes and control characters.
    private static func takeText(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return false }
        place += 1
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                return true
            case UInt8(ascii: "\\"):
                guard place + 1 < bytes.count else { return false }
                let escaped = bytes[place + 1]
                if escaped == UInt8(ascii: "u") {
                    guard place + 5 < bytes.count,
                        (2...5).allSatisfy({ isHexadecimal(bytes[place + $0]) }), bytes[place + 2] == UInt8(ascii: "0")
                    else { return false }
                    place += 6
                } else {
                    guard escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else { return false }
                    place += 2
                }
            case 0..<0x20: return false
            default: place += 1
            }
        }
        return false
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
