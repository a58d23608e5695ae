internal import Foundation

/// Walks over the members of a JSON object as it is written by this program: without white space, names in their order, each
/// once and without escapes. Of anything else it says that it can't.
struct MemberScanner {
    private let bytes: UnsafeRawBufferPointer
    private var at: Int
    private let end: Int

    private static let maximumDepth = 8

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        at = range.lowerBound
        end = range.upperBound
    }

    /// Calls `found` with each member that is no object, those of inner objects among them: a number that stands for its names,
    /// and where its value is. Answers whether it came to the end, and `found` always said to go on.
    ///
    /// - Parameter prefix: the number of what is to stand before all names.
    mutating func members(
        under prefix: UInt64 = seed, _ found: (_ name: UInt64, _ value: Range<Int>) -> Bool
    ) -> Bool {
        object(prefix, 0, found) && at == end
    }

    // MARK: Names

    /// Another in each process, so that nobody can make a name with the number of another one.
    static let seed = UInt64.random(in: .min ... .max)

    private static func adding(_ byte: UInt8, to hash: UInt64) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// The number of a path, such as `run.commit`.
    static func name(_ path: String) -> UInt64 { path.utf8.reduce(seed) { adding($1, to: $0) } }

    // MARK: Values

    private mutating func object(
        _ path: UInt64, _ depth: Int, _ found: (_ name: UInt64, _ value: Range<Int>) -> Bool
    ) -> Bool {
        guard depth < Self.maximumDepth, take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        var before = at..<at
        repeat {
            let start = at
            guard let name = memberName(path) else { return false }
            // With the quotes: the one at the end comes before whatever a name has.
            guard isInOrder(before, start..<at) else { return false }
            before = start..<at
            guard take(UInt8(ascii: ":")), at < end else { return false }
            if bytes[at] == UInt8(ascii: "{") {
                guard object(Self.adding(UInt8(ascii: "."), to: name), depth + 1, found) else { return false }
            } else {
                let value = at
                guard skipValue(), found(name, value..<at) else { return false }
            }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    private func isInOrder(_ name: Range<Int>, _ next: Range<Int>) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        let order = memcmp(base + name.lowerBound, base + next.lowerBound, min(name.count, next.count))
        return order < 0 || (order == 0 && name.count < next.count)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < end, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func memberName(_ path: UInt64) -> UInt64? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var hash = path
        while at < end {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return hash }
            // A dot in a name would make one member of what looks like two; no honest name has one.
            guard byte != UInt8(ascii: "\\"), byte != UInt8(ascii: ".") else { return nil }
            hash = Self.adding(byte, to: hash)
        }
        return nil
    }

    private mutating func skipValue() -> Bool {
        switch bytes[at] {
        case UInt8(ascii: "\""): return skipText()
        case UInt8(ascii: "["): return skipArray()
        default:
            let start = at
            while at < end, bytes[at] != UInt8(ascii: ","), bytes[at] != UInt8(ascii: "}") {
                guard bytes[at] > 0x20 else { return false }
                at += 1
            }
            return at > start
        }
    }

    private mutating func skipText() -> Bool {
        guard let base = bytes.baseAddress else { return false }
        let start = at + 1
        at = start
        while at < end, let quote = memchr(base + at, Int32(UInt8(ascii: "\"")), end - at) {
            let place = UnsafeRawPointer(quote) - base
            at = place + 1
            // An even number of backslashes before it escape one another.
            var before = place
            while before > start, bytes[before - 1] == UInt8(ascii: "\\") { before -= 1 }
            if (place - before).isMultiple(of: 2) { return true }
        }
        return false
    }

    private mutating func skipArray() -> Bool {
        var depth = 0
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard skipText() else { return false }
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            at += 1
            if depth == 0 { return true }
        }
        return false
    }
}
