internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

struct DeliveriesReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Hand the hint of a delivery to the running server again.",
        discussion: """
            No body is kept, so what is replayed is the hint: the server reads its pools again, as when the delivery \
            came. That is recorded. Nothing is started twice: the pool's job requests are the truth.

            Examples:
              slipway deliveries replay 12
            """)

    @OptionGroup var configuration: ConfigurationOptions

    @Option(
        name: .customLong("store"),
        help: ArgumentHelp("The store's file; then no configuration is read.", valueName: "file"))
    var storePath: String?

    @Argument(help: "The delivery's number.")
    var number: String

    func run() async throws {
        let path = try storePath ?? configuration.load().configuration.store.path
        let delivery = try await Self.find(number, at: path)
        guard let hint = delivery.hint else {
            throw CommandFailure(
                .notSo,
                "delivery-\(delivery.number) holds no hint, so there is nothing to replay: it was "
                    + "\(delivery.disposition.rawValue)")
        }
        // Whoever holds the lock runs the engine.
        if let lock = try LaunchCommand.lock(path) {
            lock.close()
            throw CommandFailure(
                .unreachable,
                "no server runs on this store, so nobody takes a hint; a server reads all its pools when it starts, so "
                    + "start slipway serve")
        }
        let store = try SQLiteStore(path: path)
        do {
            try await store.commit(
                LaunchBatch(entries: [hint.replayEntry(of: delivery.number, at: SystemInstant.now)]))
            await store.close()
        } catch {
            await store.close()
            throw error
        }
        Output.standard.message("The running server reads its pools again within a second or two.")
    }

    private static func find(_ number: String, at path: String) async throws -> StoredDelivery {
        let reader = try StoreReader(path: path)
        do {
            let delivery = try await DeliveryNumber.find(number, in: reader)
            await reader.close()
            return delivery
        } catch {
            await reader.close()
            throw error
        }
    }
}
