internal import ArgumentParser
internal import SlipwaySQLite

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Prove and export the record of every delivery, decision and transition.",
        subcommands: [LedgerVerifyCommand.self, LedgerExportCommand.self])
}

struct LedgerVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that no record was edited, removed, inserted or moved.",
        discussion: """
            Follows the chain of hashes from the first record to the last, and holds launches and deliveries against \
            it. A server may run meanwhile. The first bad record is named; the exit code is 1 then.

            What a file alone can't prove is that its end was not cut off: keep the printed head elsewhere, and look \
            that a later ledger still has that record.

            Examples:
              slipway ledger verify
              slipway ledger verify --store backup.db --json
            """)

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let output = Output.standard
        try await store.withReader { reader in
            let progress = VerificationProgressLine(output)
            let verification = try await reader.verify { progress.show($0) }
            progress.clear()
            let report = VerificationReport(verification)
            try output.write(store.isJSON ? JSONText.of(report) : report.text)
            if !verification.isSound { throw CommandFailure(.notSo) }
        }
    }
}
