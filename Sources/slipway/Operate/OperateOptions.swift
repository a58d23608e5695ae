internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// What every command that operates takes.
struct OperateOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: ArgumentHelp("Why, for the ledger and for whoever waits.", valueName: "text"))
    var reason: String?

    /// Carries the order out in the store and says what was done, and when it takes effect.
    func perform(_ action: (SlipwayConfiguration) throws -> OperatorAction) async throws {
        let output = Output.standard
        let loaded = try configuration.load(output)
        let order = OperatorOrder(try action(loaded.configuration), by: "command line, uid \(getuid())", reason: reason)
        let path = loaded.configuration.store.path
        let isServed = try Self.isServed(path)
        let store = try SQLiteStore(path: path)
        do {
            let reader = try StoreReader(path: path)
            let receipt = try await StoreOperator(
                store: store, launch: { try await reader.launch($0) }, profiles: loaded.configuration.profileKeys,
                now: { SystemInstant.now }
            ).perform(order)
            await reader.close()
            await store.close()
            try output.line(harmless(receipt.message))
            if !receipt.wasSo, !isServed {
                output.message("No server runs on this store: it takes effect when one starts.")
            }
        } catch let refusal as OperatorRefusal {
            await store.close()
            throw CommandFailure(refusal.code == .unavailable ? .unreachable : .notSo, harmless(refusal.message))
        } catch {
            await store.close()
            throw error
        }
    }

    /// Whoever holds the store's lock runs the engine.
    private static func isServed(_ path: String) throws(StoreError) -> Bool {
        guard let lock = try LaunchCommand.lock(path) else { return true }
        lock.close()
        return false
    }
}

extension SlipwayConfiguration {
    var profileKeys: [ProfileKey] {
        pools.flatMap { pool in pool.profiles.map { ProfileKey(pool: pool.name, profile: $0.name) } }
    }
}
