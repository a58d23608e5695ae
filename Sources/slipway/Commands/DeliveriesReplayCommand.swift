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

    @OptionGroup var store: StorePathOptions

    @Argument(help: "The delivery's number.")
    var number: String

    func run() async throws {
        let path = try store.path()
        let delivery = try await StoreReader.with(path: path) { try await DeliveryNumber.find(number, in: $0) }
        guard let hint = delivery.hint else {
            throw CommandFailure(
                .notSo,
                "delivery-\(delivery.number) holds no hint, so there is nothing to replay: it was "
                    + "\(delivery.disposition.rawValue)")
        }
        guard let holder = try StoreLock.holder(ofStore: path) else {
            throw CommandFailure(
                .unreachable,
                "no server runs on this store, so nobody takes a hint; a server reads all its pools when it starts, so "
                    + "start slipway serve")
        }
        try await SQLiteStore.with(existing: path) { store in
            try await store.commit(
                LaunchBatch(entries: [hint.replayEntry(of: delivery.number, at: SystemInstant.now)]))
        }
        Output.standard.message("The running server (\(holder)) reads its pools again within a second or two.")
    }
}
