/// Chance that can be repeated: SplitMix64 from a seed.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// True with probability `rate`, 0 to 1.
    mutating func chance(_ rate: Double) -> Bool { Double(next() >> 11) * 0x1p-53 < rate }

    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    /// Milliseconds that are mostly short and now and then as long as `longest`: order is what this shuffles.
    mutating func delay(upTo longest: Int64) -> Int64 {
        switch next() % 8 {
        case 0: within(0...longest)
        case 1, 2: within(0...max(1, longest / 8))
        default: within(0...max(1, longest / 64))
        }
    }
}
