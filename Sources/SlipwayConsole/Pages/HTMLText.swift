internal import Foundation
internal import Mustache

/// How the templates write what comes from outside.
///
/// The templating library escapes whole grapheme clusters, so a quotation mark that is followed by a combining character
/// goes through as it is and can end an attribute. This one looks at scalars. It also takes out what has no place in a
/// name: control characters, and those that change the direction of the text around them, with which a pipeline's name
/// could make a line say something else.
struct HTMLText: MustacheContentType {
    /// What the templates' first line says.
    static let name = "SLIPWAY-HTML"
    static let maximumScalars = 500

    func escapeText(_ text: String) -> String {
        var result = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            guard index < Self.maximumScalars else { return result + "…" }
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case _ where Self.isDisruptive(scalar): result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isDisruptive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F: true
        // Marks, embeddings, overrides and isolates of direction; line and paragraph separators; the byte order mark.
        case 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }
}
