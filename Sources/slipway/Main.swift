internal import ArgumentParser
internal import Foundation

/// The command line. Exit codes: `CommandStatus`.
@main
struct SlipwayCommand: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "slipway",
        abstract: "Starts one Amazon ECS task per Azure Pipelines job, with one agent that runs it and goes.",
        discussion: """
            Examples:
              slipway demo                            everything, against simulators
              slipway init                            write a configuration
              slipway doctor --config slipway.yaml    check every credential and setting
              slipway serve --config slipway.yaml     run the server
              slipway hooks install --project NAME    let Azure DevOps call it
              slipway launches list --open            what is under way
              slipway drain                           no new launches, until slipway resume
              slipway explain 4711                    why a job waited, and what ran
              slipway costs --by project              what they cost
              slipway ledger verify                   prove that the ledger is whole

            Exit codes:
              0   fine
              1   the thing asked about is not so
              2   wrong usage or configuration
              69  a service can't be reached
              70  a bug of Slipway
            """,
        version: version,
        subcommands: [
            DemoCommand.self, InitCommand.self, ServeCommand.self, DoctorCommand.self, LaunchesCommand.self,
            ExplainCommand.self, DeliveriesCommand.self, CostsCommand.self, PriceBookCommand.self, SimulateCommand.self,
            DrainCommand.self,
            ResumeCommand.self,
            ProfilesCommand.self, AgentsCommand.self, LedgerCommand.self, HooksCommand.self, LaunchCommand.self,
            SandboxCommand.self,
            ConfigurationReferenceCommand.self, MetricsReferenceCommand.self,
        ]
    )

    static func main() async {
        Foundation.exit(await run(arguments: Array(CommandLine.arguments.dropFirst()), output: .standard).rawValue)
    }

    /// Runs one command to its end. Nothing it throws is lost: every error becomes a line and a status.
    static func run(arguments: [String], output: Output) async -> CommandStatus {
        do {
            var command = try await asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .fine
        } catch {
            return report(error, to: output)
        }
    }

    private static func report(_ error: any Error, to output: Output) -> CommandStatus {
        switch exitCode(for: error) {
        case .success:
            // Help and version are asked for: a result, not a message.
            try? output.line(fullMessage(for: error))
            return .fine
        case .validationFailure:
            output.message(harmlessLines(fullMessage(for: error)))
            return .usage
        default:
            let report = FailureReport(error)
            if !report.text.isEmpty { output.message("slipway: " + report.text) }
            return report.status
        }
    }

    /// The parser quotes arguments, which may come from anywhere.
    private static func harmlessLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { harmless(String($0)) }
            .joined(separator: "\n")
    }
}
