/// One of AWS's shared files, as sections of keys. Lenient as AWS's tools are: lines that are neither are skipped, a
/// later value replaces an earlier one.
struct ProfileFile: Sendable, Hashable, SecretHolder {
    static let bytesMaximum = 1_048_576

    struct Section: Sendable, Hashable, SecretHolder {
        /// What is between the brackets, trimmed.
        var name: String
        var values: [String: String] = [:]
        /// Indented keys below a key without a value: `s3 =` and the like.
        var nested: [String: [String: String]] = [:]
    }

    private(set) var sections: [Section] = []

    init() {}

    init(_ text: String) {
        var parent: String?
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#", first != ";" else { continue }
            if first == "[" && !(line.first?.isWhitespace ?? false) {
                self.sections.append(Section(name: Self.sectionName(line)))
                parent = nil
            } else if let (key, value) = Self.keyAndValue(line), let last = self.sections.indices.last {
                if line.first?.isWhitespace ?? false, let parent {
                    self.sections[last].nested[parent, default: [:]][key] = value
                } else {
                    self.sections[last].values[key] = value.isEmpty ? nil : value
                    parent = value.isEmpty ? key : nil
                }
            }
        }
    }

    private static func sectionName(_ line: Substring) -> String {
        let inside = line.dropFirst().prefix { $0 != "]" }
        return inside.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// A `#` or `;` after a space starts a comment; inside a word it is part of the value.
    private static func keyAndValue(_ line: Substring) -> (String, String)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let key = trimmed(line[..<equals]).lowercased()
        var value = line[line.index(after: equals)...]
        var previous: Character = " "
        for index in value.indices {
            if value[index] == "#" || value[index] == ";", previous.isWhitespace {
                value = value[..<index]
                break
            }
            previous = value[index]
        }
        return key.isEmpty ? nil : (key, trimmed(value))
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop { $0.isWhitespace })
    }
}
