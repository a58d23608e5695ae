internal import ArgumentParser
internal import SlipwayCore
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

    /// As `withReader`, with the price book that is configured beside the store.
    func withReaderAndPrices(
        _ given: String? = nil, _ body: (StoreReader, PriceBook) async throws -> Void
    ) async throws {
        var path = storePath
        var priceBook = given
        if path == nil {
            let loaded = try configuration.load().configuration
            path = loaded.store.path
            priceBook = given ?? loaded.costs.priceBook
        }
        let prices = try PriceBookFile.load(priceBook)
        try await Self.withReader(path ?? "") { try await body($0, prices) }
    }

    /// Opens the store read-only for the time of `body`.
    func withReader(_ body: (StoreReader) async throws -> Void) async throws {
        try await Self.withReader(try path(), body)
    }

    private static func withReader(_ path: String, _ body: (StoreReader) async throws -> Void) async throws {
        let reader = try StoreReader(path: path)
        do {
            try await body(reader)
            await reader.close()
        } catch {
            await reader.close()
            throw error
        }
    }
}
