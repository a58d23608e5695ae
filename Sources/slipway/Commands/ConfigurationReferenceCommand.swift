internal import ArgumentParser

/// Prints `docs/configuration.md`.
struct ConfigurationReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration-reference", abstract: "Print the page of all configuration keys, in Markdown.",
        shouldDisplay: false)

    func run() throws { try Output.standard.write(ConfigurationReference.markdown) }
}
