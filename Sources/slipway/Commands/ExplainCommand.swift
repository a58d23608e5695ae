internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say in plain sentences why a job waited, what ran, and what became of it.",
        discussion: """
            Takes the number of a job request, the id of a pipeline's job, a launch's id or the beginning of it, the name of \
            its agent, or a delivery.

            Examples:
              slipway explain 4711
              slipway explain 3f2a1b-7-4711-1
              slipway explain slipway-3f2a1b-7-4711-1
              slipway explain slipway-run-4177-large
              slipway explain delivery-12
              slipway explain 12f1170f-54f2-53f3-20dd-22fc7dff55f9 --run 4177 --json
            """)

    @OptionGroup var store: StoreOptions

    @Option(help: ArgumentHelp("The id of the pool, where several have such a job request or agent.", valueName: "id"))
    var pool: Int?

    @Option(help: ArgumentHelp("The run of the job, where several have one of its id.", valueName: "id"))
    var run: Int?

    @Argument(help: "A job request, job, launch, agent or delivery.")
    var target: String

    func run() async throws {
        guard let wanted = ExplainTarget(target) else {
            throw CommandFailure(
                .usage,
                "“\(harmless(String(target.prefix(80))))” is no job request, job, launch, agent or delivery; write 4711, the "
                    + "id of a job, the beginning of a launch's id (see slipway launches list), an agent's name, or delivery-12"
            )
        }
        try await store.withReaderAndPrices { reader, prices in
            let explanation = try await Explainer(reader: reader, prices: prices, now: SystemInstant.now)
                .explain(wanted, pool: pool.map(PoolID.init), run: run)
            try Output.standard.write(store.isJSON ? JSONText.of(explanation) : explanation.text)
        }
    }
}
