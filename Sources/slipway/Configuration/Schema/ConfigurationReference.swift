/// `docs/configuration.md`, made of the schema, so that the page can't say anything else than the program does.
enum ConfigurationReference {
    static var markdown: String {
        ([introduction] + sections.map(section)).joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        # Configuration

        <!-- Made by `slipway configuration-reference`. Change ConfigurationSchema.swift, not this page. -->

        Slipway reads one YAML file (`--config`), up to 1 MiB, without anchors and aliases. Every key is also an
        environment variable, which wins over the file: `SLIPWAY_`, then the names in upper case joined with
        underscores, with the index (from 0) for an element of a list of groups. So `receiver.port` is
        `SLIPWAY_RECEIVER_PORT`, and `pools[0].sweepSeconds` is `SLIPWAY_POOLS_0_SWEEPSECONDS`. A list of values is one
        variable, its elements separated by commas. An empty variable counts as unset; one that no key has is reported
        as a warning.

        A **secret** is a reference: `file:/path`, `env:NAME`, or `aws-secretsmanager:name-or-arn`, with `#key` for one
        member of a secret that is a JSON object. The secret itself works too, with a warning.

        A profile that lacks a key takes the value of its pool's **first** profile, except `name` and `demands`. Keys
        that do so are marked *inherited*. `placements` is inherited whole, `deadlines` key by key.

        Unknown keys are errors. All errors are printed, one a line, and the exit code is 2.

        """

    /// The groups in the order of the table, and the lists of groups.
    private static var sections: [ConfigurationKey] {
        ConfigurationSchema.keys.filter { $0.type.isGroup }
    }

    private static func section(_ group: ConfigurationKey) -> String {
        let inherited = group.isInherited ? " *Inherited.*" : ""
        let presence = group.type.isList ? " \(group.type.summary.capitalizedFirst)." : ""
        let rows = ConfigurationSchema.children(of: group.pattern).filter { !$0.type.isGroup }.map(row)
        return """
            ## `\(group.pattern)`

            \(group.help)\(presence)\(inherited)

            | key | type | default | |
            | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            """
    }

    private static func row(_ key: ConfigurationKey) -> String {
        let type = key.type.isSecret ? "**\(key.type.summary)**" : key.type.summary
        let presence =
            switch key.presence {
            case .required: "required"
            case .optional: ""
            case .defaulted(let text): "`\(text)`"
            }
        let help = key.help + (key.isInherited ? " *Inherited.*" : "") + "<br>`\(key.environmentName)`"
        return "| `\(key.name)` | \(type) | \(presence) | \(help) |"
    }
}

extension ConfigurationType {
    var isGroup: Bool {
        switch self {
        case .group, .groups: true
        default: false
        }
    }

    fileprivate var isList: Bool { if case .groups = self { true } else { false } }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
