internal import ArgumentParser
internal import SlipwaySQLite

/// `--config`, for commands that need the whole configuration.
struct ConfigurationOptions: ParsableArguments {
    static let defaultPath = "/etc/slipway/slipway.yaml"

    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp("The configuration file; see docs/configuration.md.", valueName: "file"))
    var path: String = ConfigurationOptions.defaultPath

    /// Prints warnings as messages; throws every error there is.
    func load(_ output: Output = .standard) throws -> ConfigurationLoader.Loaded {
        let loaded = try ConfigurationLoader().load(path: path)
        for warning in loaded.warnings { output.message("slipway: warning: \(warning)") }
        return loaded
    }
}

/// `--store` or `--config`, for commands that only read the store.
struct StoreOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(
        name: .customLong("store"),
        help: ArgumentHelp("The store's file; then no configuration is read.", valueName: "file"))
    var storePath: String?

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    func path() throws -> String {
        try storePath ?? configuration.load().configuration.store.path
    }

    /// Opens the store read-only for the time of `body`.
    func withReader(_ body: (StoreReader) async throws -> Void) async throws {
        let reader = try StoreReader(path: try path())
        do {
            try await body(reader)
            await reader.close()
        } catch {
            await reader.close()
            throw error
        }
    }
}
