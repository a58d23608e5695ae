/// Text with macros, `$(name)`.
enum MacroText {
    /// Replaces each macro whose name, without regard to case, has a value. One that has none stays. Nothing is
    /// escaped, and what was put in is not looked at again: so the service does it.
    ///
    /// - Parameter values: by lower-case name.
    static func expand(_ text: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "$(") {
            result += rest[..<start.lowerBound]
            let inner = rest[start.upperBound...]
            guard let end = inner.firstIndex(of: ")"), let value = values[inner[..<end].lowercased()] else {
                result += "$("
                rest = inner
                continue
            }
            result += value
            rest = inner[inner.index(after: end)...]
        }
        return result + rest
    }
}
