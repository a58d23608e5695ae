/// A tag of an ECS resource.
public struct ECSTag: Sendable, Hashable, Codable {
    public static let keyCharactersMaximum = 128
    public static let valueCharactersMaximum = 256

    /// 1 to 128 characters; may not begin with `aws:`.
    public var key: String
    /// 0 to 256 characters.
    public var value: String

    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// A tag from text that people chose, such as a pipeline's name: characters that ECS refuses become `_`, what is
    /// too long is cut. Depends on its input only, so a repeated call has the same tag.
    public static func fitting(key: String, value: String) -> ECSTag {
        ECSTag(
            key: fitted(key, charactersMaximum: self.keyCharactersMaximum),
            value: fitted(value, charactersMaximum: self.valueCharactersMaximum)
        )
    }

    enum CodingKeys: String, CodingKey { case key, value }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.key = try container.decodeIfPresent(String.self, forKey: .key) ?? ""
        self.value = try container.decodeIfPresent(String.self, forKey: .value) ?? ""
    }

    static func validate(_ tags: [ECSTag]) throws {
        try require(
            tags.count <= RunTaskRequest.tagsMaximum,
            "\(tags.count) tags given; ECS takes at most \(RunTaskRequest.tagsMaximum)."
        )
        try require(Set(tags.map(\.key)).count == tags.count, "A tag key is given twice.")
        for tag in tags { try tag.validate() }
    }

    private func validate() throws {
        let shownKey = AWSError.cleaned(self.key, charactersMaximum: 40)
        try require(
            (1...Self.keyCharactersMaximum).contains(self.key.utf16.count)
                && self.value.utf16.count <= Self.valueCharactersMaximum,
            "Tag “\(shownKey)” is too long or has no key: a key takes 1 to 128 characters, a value at most 256."
        )
        try require(
            !self.key.lowercased().hasPrefix("aws:"), "Tag “\(shownKey)”: keys that begin with “aws:” are AWS's own.")
        try require(
            self.key.unicodeScalars.allSatisfy(Self.isAllowed) && self.value.unicodeScalars.allSatisfy(Self.isAllowed),
            "Tag “\(shownKey)” has a character that ECS refuses: letters, digits, spaces and _.:/=+-@ are allowed."
        )
    }

    private static func fitted(_ text: String, charactersMaximum: Int) -> String {
        var kept = ""
        for scalar in text.unicodeScalars {
            let next = isAllowed(scalar) ? scalar : "_"
            guard kept.utf16.count + UTF16.width(next) <= charactersMaximum else { break }
            kept.unicodeScalars.append(next)
        }
        return kept
    }

    /// AWS's tag pattern: `[\p{L}\p{Z}\p{N}_.:/=+\-@]`.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
            return true
        default:
            return "_.:/=+-@".unicodeScalars.contains(scalar)
        }
    }
}
