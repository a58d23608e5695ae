internal import Logging
internal import SlipwayCore
internal import SlipwayEngine
internal import SlipwaySQLite

/// Runs the engine without the listeners, until cancelled. The caller holds the store's lock.
func runEngine(
    _ configuration: SlipwayConfiguration, secrets: SlipwaySecrets, store: SQLiteStore, logger: Logger
) async throws {
    try await Backends.with(configuration, secrets: secrets, logger: logger) { backends in
        try await backends.makeEngine(store: store, time: SystemTime(), logger: logger).run()
    }
}
