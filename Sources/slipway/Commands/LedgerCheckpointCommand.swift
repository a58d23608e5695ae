internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

struct LedgerCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Sign the ledger's head, for somebody else to keep.",
        discussion: """
            A file alone can't prove that its end was not cut off, or that it was not written anew with new hashes. \
            Whoever keeps checkpoints and the public key, and not the store, can. A server may run meanwhile.

            Examples:
              slipway ledger checkpoint --new-key --key checkpoint.key
              slipway ledger checkpoint --key checkpoint.key --out kept.txt
              slipway ledger verify --checkpoint kept.txt --public-key checkpoint.key.pub
            """)

    @OptionGroup var store: StorePathOptions

    @Option(help: ArgumentHelp("The private key, Ed25519 in PEM.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("A new file for the checkpoint; absent: standard output.", valueName: "file"))
    var out: String?

    @Flag(name: .customLong("new-key"), help: "Make the key, and FILE.pub beside it, and nothing else.")
    var isNewKey = false

    func validate() throws {
        if isNewKey, out != nil { throw ValidationError("--new-key makes no checkpoint: leave --out away.") }
    }

    func run() async throws {
        let output = Output.standard
        if isNewKey { return try makeKey(output) }
        let signer = try CheckpointKey.Private(file: key)
        let text = try await store.withReader { reader in
            let (storeID, chain) = try await reader.wholeHead()
            return try Checkpoint(
                storeID: storeID, sequence: chain.sequence, head: chain.head, at: SystemInstant.now
            ).signed(with: signer)
        }
        guard let out else { return try output.write(text) }
        try NewFile.write(text, to: out)
    }

    private func makeKey(_ output: Output) throws {
        let made = CheckpointKey.Private()
        try NewFile.write(made.pem, to: key)
        try NewFile.write(made.publicPEM, to: key + ".pub")
        output.message(
            "Keep \(harmless(key)) where the store is not, and give \(harmless(key)).pub to whoever verifies.")
    }
}
