internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Prove and export the record of every delivery, decision and transition.",
        subcommands: [
            LedgerVerifyCommand.self, LedgerExportCommand.self, LedgerCheckpointCommand.self, LedgerPruneCommand.self,
        ])
}

struct LedgerVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that no record was edited, removed, inserted or moved.",
        discussion: """
            Follows the chain of hashes from the first record to the last, and holds launches and deliveries against \
            it. A server may run meanwhile. The first bad record is named; the exit code is 1 then.

            What a file alone can't prove is that its end was not cut off, that its beginning was removed by slipway ledger \
            prune and by nobody else, and that it was not written anew with new hashes: for that, keep signed checkpoints \
            elsewhere (slipway ledger checkpoint).

            Examples:
              slipway ledger verify
              slipway ledger verify --checkpoint kept.txt --public-key checkpoint.key.pub
              slipway ledger verify --store backup.db --json
            """)

    @OptionGroup var store: StoreOptions

    @Option(help: ArgumentHelp("A checkpoint that was kept; needs --public-key.", valueName: "file"))
    var checkpoint: String?

    @Option(
        name: .customLong("public-key"), help: ArgumentHelp("Whose signature it must have.", valueName: "file"))
    var publicKey: String?

    @Option(
        name: .customLong("pruned-through"),
        help: ArgumentHelp("The last record that you pruned since the checkpoint.", valueName: "record"))
    var prunedThrough: Int64?

    func validate() throws {
        guard (checkpoint == nil) == (publicKey == nil) else {
            throw ValidationError("--checkpoint and --public-key go together.")
        }
        guard prunedThrough == nil || checkpoint != nil else {
            throw ValidationError("--pruned-through is about a checkpoint: give --checkpoint and --public-key.")
        }
    }

    /// Nil: none is given.
    private func kept() throws(CommandFailure) -> Checkpoint? {
        guard let checkpoint, let publicKey else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(checkpoint, maximumBytes: Checkpoint.maximumBytes)
        } catch {
            throw CommandFailure(.usage, "\(harmless(checkpoint)): \(error.description); \(error.mend)")
        }
        return try Checkpoint(
            String(decoding: bytes, as: UTF8.self), signedBy: try CheckpointKey.Public(file: publicKey))
    }

    func run() async throws {
        let output = Output.standard
        let kept = try kept()
        try await store.withReader { reader in
            let progress = VerificationProgressLine(output)
            let verification = try await reader.verify { progress.show($0) }
            progress.clear()
            let finding = try await compare(kept, verification, reader)
            let report = VerificationReport(verification, kept, finding)
            try output.write(store.isJSON ? JSONText.of(report) : report.text)
            if !verification.isSound || finding?.holds == false { throw CommandFailure(.notSo) }
        }
    }

    private func compare(
        _ kept: Checkpoint?, _ verification: StoreVerification, _ reader: StoreReader
    ) async throws -> CheckpointFinding? {
        guard let kept else { return nil }
        let record = try await reader.records(after: kept.sequence - 1, limit: 1).first
        return CheckpointFinding(
            kept, storeID: try await reader.storeID(),
            record: record.flatMap { $0.sequence == kept.sequence ? $0 : nil }, last: verification.headSequence,
            pruned: verification.pruned, prunedThrough: prunedThrough)
    }
}
