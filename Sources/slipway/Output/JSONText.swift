internal import Foundation

/// Results for programs: sorted keys, two spaces of indentation, instants in ISO 8601, a line break at the end.
enum JSONText {
    static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return escapingHarmful(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    }

    /// JSON leaves C1 controls and the characters that turn text around as they are; a terminal would obey them. Inside
    /// of a string, where alone they can stand, an escape means the same.
    private static func escapingHarmful(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { safe, scalar in
            if scalar != "\n", isHarmful(scalar) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
    }
}
