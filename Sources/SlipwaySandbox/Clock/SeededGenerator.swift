import Foundation

/// SplitMix64: the same seed gives the same world.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        guard range.lowerBound < range.upperBound else { return range.lowerBound }
        return .seconds(Double.random(in: range.lowerBound.seconds...range.upperBound.seconds, using: &self))
    }

    /// A random (version 4) UUID, lower case.
    mutating func uuid() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &self) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Hex.encode(bytes)
        let ends = [8, 12, 16, 20, 32]
        let starts = [0, 8, 12, 16, 20]
        return zip(starts, ends).map { String(hex.dropFirst($0).prefix($1 - $0)) }.joined(separator: "-")
    }

    /// `count` lower-case hexadecimal digits; `count` is even.
    mutating func hex(_ count: Int) -> String {
        Hex.encode((0..<count / 2).map { _ in UInt8.random(in: 0...255, using: &self) })
    }
}

enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
