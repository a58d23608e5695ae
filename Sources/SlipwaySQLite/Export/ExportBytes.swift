internal import SlipwayCore

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal number: Int64) { append(contentsOf: String(number).utf8) }

    mutating func append(hexadecimal bytes: UnsafeRawBufferPointer) {
        for byte in bytes { append(hexadecimal: byte) }
    }

    mutating func append(hexadecimal byte: UInt8) {
        append(Self.digit(byte >> 4))
        append(Self.digit(byte & 15))
    }

    /// In ISO 8601, or, where somebody has edited it out of all calendars, its milliseconds.
    mutating func append(instant: Timestamp) {
        let years0001To9999: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
        if years0001To9999.contains(instant.milliseconds) {
            append(contentsOf: instant.description.utf8)
        } else {
            append(decimal: instant.milliseconds)
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
