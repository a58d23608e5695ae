internal import Foundation
internal import SlipwayCore

/// Instants as callers write them: ISO 8601 in UTC with or without a fraction, with or without seconds, or a day alone.
enum InstantText {
    static func read(_ text: String) -> Timestamp? {
        guard (10...24).contains(text.utf8.count), text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let full: String
        switch text.utf8.count {
        case 10: full = text + "T00:00:00Z"
        // As a browser's field for an instant writes it.
        case 16: full = text + ":00Z"
        case 19: full = text + "Z"
        default: full = text
        }
        guard full.hasSuffix("Z"), full.contains("T") else { return nil }
        let date =
            (try? Date.ISO8601FormatStyle().parse(full))
            ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(full))
        guard let seconds = date?.timeIntervalSince1970, (0...253_402_300_799).contains(seconds) else { return nil }
        return Timestamp(milliseconds: Int64((seconds * 1_000).rounded()))
    }
}
