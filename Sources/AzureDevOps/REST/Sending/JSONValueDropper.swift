import NIOCore

/// Leaves the values of one key out of a JSON text that comes in pieces: `null` stands in their place.
///
/// For what nobody reads and what grows without bound: the service names with each unfinished job request every agent that
/// could serve it, so the list of a crowded pool is a hundred times as long as what is wanted of it. The text isn't checked:
/// whoever decodes it does that.
struct JSONValueDropper {
    private enum Place {
        case between
        case string(isEscaped: Bool, matched: Int?)
        /// A string has ended that may be the key.
        case afterKey
        case beforeValue
        case droppedScalar
        case droppedString(isEscaped: Bool, depth: Int)
        case dropped(depth: Int)
    }

    private let key: [UInt8]
    private var place = Place.between
    /// Of the value that was left out last: the byte that told its end is no part of it.
    private var endsBeforeIt = false

    init(key: String) { self.key = Array(key.utf8) }

    /// What of the next piece is kept.
    mutating func keep(_ piece: ByteBuffer) -> ByteBuffer {
        var kept = ByteBuffer()
        kept.reserveCapacity(piece.readableBytes)
        piece.withUnsafeReadableBytes { bytes in
            // Of the run of bytes that are kept.
            var start = 0
            for index in bytes.indices {
                let wasKept = isKept
                step(bytes[index])
                if wasKept, !isKept {
                    kept.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
                    kept.writeStaticString("null")
                } else if !wasKept, isKept {
                    // A scalar ends with what comes after it; all else with its own last byte.
                    start = endsBeforeIt ? index : index + 1
                }
            }
            if isKept { kept.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[min(start, bytes.count)...])) }
        }
        return kept
    }

    private var isKept: Bool {
        switch place {
        case .between, .string, .afterKey, .beforeValue: true
        case .droppedScalar, .droppedString, .dropped: false
        }
    }

    private mutating func step(_ byte: UInt8) {
        switch place {
        case .between: if byte == .quote { place = .string(isEscaped: false, matched: 0) }
        case .string(let isEscaped, let matched): place = inString(byte, isEscaped, matched)
        case .afterKey:
            if byte == .colon { place = .beforeValue } else if !byte.isWhitespace { place = .between }
        case .beforeValue: beginValue(byte)
        case .droppedScalar:
            guard byte == .comma || byte == .closingBrace || byte == .closingBracket else { return }
            endsBeforeIt = true
            place = .between
        case .droppedString(let isEscaped, let depth):
            if isEscaped {
                place = .droppedString(isEscaped: false, depth: depth)
            } else if byte == .backslash {
                place = .droppedString(isEscaped: true, depth: depth)
            } else if byte == .quote {
                end(depth)
            }
        case .dropped(let depth):
            switch byte {
            case .quote: place = .droppedString(isEscaped: false, depth: depth)
            case .openingBrace, .openingBracket: place = .dropped(depth: depth + 1)
            case .closingBrace, .closingBracket: end(depth - 1)
            default: return
            }
        }
    }

    private func inString(_ byte: UInt8, _ isEscaped: Bool, _ matched: Int?) -> Place {
        if isEscaped { return .string(isEscaped: false, matched: nil) }
        if byte == .quote { return matched == key.count ? .afterKey : .between }
        if byte == .backslash { return .string(isEscaped: true, matched: nil) }
        guard let matched, matched < key.count, key[matched] == byte else {
            return .string(isEscaped: false, matched: nil)
        }
        return .string(isEscaped: false, matched: matched + 1)
    }

    private mutating func beginValue(_ byte: UInt8) {
        switch byte {
        case _ where byte.isWhitespace: return
        case .openingBrace, .openingBracket: place = .dropped(depth: 1)
        case .quote: place = .droppedString(isEscaped: false, depth: 0)
        default: place = .droppedScalar
        }
    }

    private mutating func end(_ depth: Int) {
        endsBeforeIt = false
        place = depth == 0 ? .between : .dropped(depth: depth)
    }
}

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let backslash = UInt8(ascii: "\\")
    fileprivate static let colon = UInt8(ascii: ":")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let openingBrace = UInt8(ascii: "{")
    fileprivate static let closingBrace = UInt8(ascii: "}")
    fileprivate static let openingBracket = UInt8(ascii: "[")
    fileprivate static let closingBracket = UInt8(ascii: "]")

    fileprivate var isWhitespace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
