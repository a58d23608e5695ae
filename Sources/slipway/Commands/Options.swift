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

/// `--store`, or the path in the configuration: which store is meant.
struct StorePathOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(
        name: .customLong("store"),
        help: ArgumentHelp("The store's file; then no configuration is read.", valueName: "file"))
    var given: String?

    func path() throws -> String {
        try given ?? configuration.load().configuration.store.path
    }

    /// As `withReader`, with the price book that is configured beside the store.
    func withReaderAndPrices(
        _ priceBook: String? = nil, _ body: (StoreReader, PriceBook) async throws -> Void
    ) async throws {
        var (path, priceBook) = (given, priceBook)
        if path == nil {
            let loaded = try configuration.load().configuration
            path = loaded.store.path
            priceBook = priceBook ?? loaded.costs.priceBook
        }
        let prices = try PriceBookFile.load(priceBook)
        try await StoreReader.with(path: path ?? "") { try await body($0, prices) }
    }

    /// Opens the store read-only for the time of `body`.
    func withReader<Result>(_ body: (StoreReader) async throws -> Result) async throws -> Result {
        try await StoreReader.with(path: try path(), body)
    }
}

/// Which store is read, and in which form its answer is printed.
struct StoreOptions: ParsableArguments {
    @OptionGroup var store: StorePathOptions

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    func withReaderAndPrices(
        _ priceBook: String? = nil, _ body: (StoreReader, PriceBook) async throws -> Void
    ) async throws {
        try await store.withReaderAndPrices(priceBook, body)
    }

    func withReader(_ body: (StoreReader) async throws -> Void) async throws {
        try await store.withReader(body)
    }
}
