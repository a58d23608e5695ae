/// One key of the configuration, as `ConfigurationSchema.keys` lists it.
struct ConfigurationKey: Sendable {
    enum Presence: Hashable, Sendable {
        case required
        /// Absent means "none", or whatever the help text says.
        case optional
        /// Absent means this text, read like any other.
        case defaulted(String)
    }

    /// Names joined with dots, `[]` after a name that holds a list: `pools[].profiles[].cpu`.
    var pattern: String
    var type: ConfigurationType
    var presence: Presence
    /// Whether a profile that lacks it takes the value of its pool's first profile.
    var isInherited: Bool
    /// One or two sentences in Markdown: what it does, its unit, what follows from it.
    var help: String

    /// The last name of the pattern.
    var name: String {
        String(pattern.split(separator: ".").last ?? "").replacingSuffix("[]", with: "")
    }

    /// The pattern of the group that holds it; empty for a key of the top.
    var parent: String {
        pattern.split(separator: ".").dropLast().joined(separator: ".")
    }

    /// The environment variable, with `N` for the index in a list.
    var environmentName: String {
        let names = pattern.replacingSuffix("[]", with: "").replacing("[]", with: ".N").split(separator: ".")
        return "SLIPWAY_" + names.map { $0.uppercased() }.joined(separator: "_")
    }
}

extension ConfigurationKey {
    static func group(
        _ pattern: String, _ presence: Presence, inherited: Bool = false, _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(pattern: pattern, type: .group, presence: presence, isInherited: inherited, help: help)
    }

    static func groups(
        _ pattern: String, _ count: ClosedRange<Int>, presence: Presence = .required, inherited: Bool = false,
        _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            pattern: pattern + "[]", type: .groups(count), presence: presence, isInherited: inherited, help: help)
    }

    static func value(
        _ pattern: String, _ type: ConfigurationType, _ presence: Presence, inherited: Bool = false, _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(pattern: pattern, type: type, presence: presence, isInherited: inherited, help: help)
    }
}

extension String {
    func replacingSuffix(_ suffix: String, with other: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) + other : self
    }
}
