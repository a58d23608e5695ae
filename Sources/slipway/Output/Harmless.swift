/// Text from outside, fit for a terminal and for one line: what could steer a terminal, reorder or hide text is shown
/// as `\u{1b}` instead of done.
func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    return text.unicodeScalars.reduce(into: "") { safe, scalar in
        if isHarmful(scalar) {
            safe += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            safe.unicodeScalars.append(scalar)
        }
    }
}

/// Controls (C0, DEL, C1), invisible format characters such as the ones that turn the direction of text, line and
/// paragraph separators, and what stands for no character at all.
func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
    default: false
    }
}
