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

    @Option(
        help: ArgumentHelp(
            "Why, for the ledger and for whoever waits: one line, \(OperatorOrder.maximumReasonScalars) characters at most.",
            valueName: "text"))
    var reason: String?

    /// As the API: what would be cut or changed is refused.
    func validate() throws {
        guard let reason else { return }
        let count = reason.unicodeScalars.count
        guard (1...OperatorOrder.maximumReasonScalars).contains(count) else {
            throw ValidationError(
                "--reason takes a text of 1 to \(OperatorOrder.maximumReasonScalars) characters; this one has \(count)."
            )
        }
        guard !reason.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ValidationError("--reason takes no control characters, line breaks and tabs among them.")
        }
    }

    /// Carries the order out in the store and says what was done, and when it takes effect.
    func perform(_ action: (SlipwayConfiguration) throws -> OperatorAction) async throws {
        let output = Output.standard
        let loaded = try configuration.load(output)
        let order = OperatorOrder(try action(loaded.configuration), by: "command line, uid \(getuid())", reason: reason)
        let path = loaded.configuration.store.path
        try await SQLiteStore.with(existing: path) { store in
            try await StoreReader.with(path: path) { reader in
                let receipt = try await Self.perform(
                    order,
                    StoreOperator(
                        store: store, launch: { try await reader.launch($0) },
                        profiles: loaded.configuration.profileKeys, now: { SystemInstant.now }))
                try output.line(harmless(receipt.message))
                guard !receipt.wasSo else { return }
                if let holder = try StoreLock.holder(ofStore: path) {
                    output.message("The running server (\(holder)) follows within a second or two.")
                } else {
                    output.message("No server runs on this store: it takes effect when one starts.")
                }
            }
        }
    }

    private static func perform(_ order: OperatorOrder, _ port: StoreOperator) async throws -> OperatorReceipt {
        do {
            return try await port.perform(order)
        } catch {
            throw CommandFailure(error.code == .unavailable ? .unreachable : .notSo, harmless(error.message))
        }
    }
}

extension SlipwayConfiguration {
    var profileKeys: [ProfileKey] {
        pools.flatMap { pool in pool.profiles.map { ProfileKey(pool: pool.name, profile: $0.name) } }
    }
}
