internal import ArgumentParser
internal import SlipwaySQLite

/// The forms by the names that `--format` takes.
enum ExportForm: String, CaseIterable, ExpressibleByArgument {
    case jsonl
    case csv

    var format: LedgerExportFormat {
        switch self {
        case .jsonl: .jsonl
        case .csv: .csv
        }
    }
}

struct LedgerExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the ledger as JSON Lines or CSV.",
        discussion: """
            Examples:
              slipway ledger export --format jsonl > ledger.jsonl
              slipway ledger export --format csv --output ledger.csv
              slipway ledger export --format jsonl --after 120000
            """)

    @OptionGroup var store: StorePathOptions

    @Option(help: "jsonl or csv.")
    var format: ExportForm = .jsonl

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp("A new file to write to, instead of standard output.", valueName: "file"))
    var outputPath: String?

    @Option(help: ArgumentHelp("Only records after this one.", valueName: "record"))
    var after: Int64 = 0

    func run() async throws {
        let count = try await store.withReader { try await export($0) }
        if outputPath != nil { Output.standard.message("\(count) records written.") }
    }

    private func export(_ reader: StoreReader) async throws -> Int64 {
        guard let outputPath else {
            return try await reader.export(as: format.format, after: after) { try Output.standard.write($0) }
        }
        let file = try NewFile(outputPath)
        do {
            let count = try await reader.export(as: format.format, after: after) { try file.write($0) }
            try file.close()
            return count
        } catch {
            file.discard()
            throw error
        }
    }
}
