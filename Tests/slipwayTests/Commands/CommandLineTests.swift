import ArgumentParser
import Synchronization
import Testing

@testable import slipway

@Suite struct CommandLineTests {
    /// Runs a command in this process and answers its status, output and messages.
    private func run(_ arguments: String...) async -> (status: CommandStatus, output: String, messages: String) {
        let written = Mutex((output: "", messages: ""))
        let output = Output(
            write: { text in written.withLock { $0.output += text } },
            writeMessage: { text in written.withLock { $0.messages += text } }, showsProgress: false)
        let status = await SlipwayCommand.run(arguments: arguments, output: output)
        let texts = written.withLock { $0 }
        return (status, texts.output, texts.messages)
    }

    @Test func `The version is a result`() async {
        let result = await run("--version")
        #expect(result.status == .fine)
        #expect(result.output == "0.1.0\n")
        #expect(result.messages == "")
    }

    @Test(arguments: [
        ["--help"], ["serve", "--help"], ["doctor", "--help"], ["launches", "list", "--help"],
        ["launches", "show", "--help"], ["ledger", "verify", "--help"], ["ledger", "export", "--help"],
        ["launch", "--help"], ["agents", "list", "--help"], ["agents", "prune", "--help"],
        ["hooks", "install", "--help"], ["hooks", "list", "--help"], ["hooks", "test", "--help"],
        ["hooks", "remove", "--help"], ["init", "--help"],
        ["costs", "--help"], ["explain", "--help"], ["deliveries", "list", "--help"], ["deliveries", "show", "--help"],
        ["deliveries", "replay", "--help"], ["ledger", "checkpoint", "--help"], ["ledger", "prune", "--help"],
    ])
    func `Every command has help with an example`(_ arguments: [String]) async {
        let written = Mutex("")
        let output = Output(
            write: { text in written.withLock { $0 += text } }, writeMessage: { _ in }, showsProgress: false)
        #expect(await SlipwayCommand.run(arguments: arguments, output: output) == .fine)
        let name = arguments.dropLast().joined(separator: " ")
        #expect(written.withLock { $0 }.contains("Examples:"))
        #expect(written.withLock { $0 }.contains("slipway \(name)"))
    }

    @Test func `Help fits 80 columns, and its paragraphs are filled`() {
        func check(_ command: any ParsableCommand.Type) {
            let lines = SlipwayCommand.helpMessage(for: command, columns: 80)
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let text = Array(lines.prefix { !$0.hasPrefix("USAGE:") })
            for (line, next) in zip(text, text.dropFirst()) {
                #expect(line.count <= 80, "\(line)")
                let indentation = line.prefix { $0 == " " }
                // A line that goes on in the next one has no room for its first word. Examples stand indented.
                guard indentation.isEmpty, !next.isEmpty, !next.hasPrefix(" "), !line.isEmpty else {
                    #expect(line.isEmpty || !indentation.isEmpty || next.isEmpty || next.hasPrefix(" "))
                    continue
                }
                let word = next.prefix { $0 != " " }
                #expect(line.count + 1 + word.count > 80, "a ragged paragraph: \(line)")
            }
            // An example that is broken goes on at the margin.
            for (line, next) in zip(text, text.dropFirst()) where line.hasPrefix("  ") {
                #expect(next.isEmpty || next.hasPrefix(" "), "a broken example: \(line)")
            }
            for subcommand in command.configuration.subcommands { check(subcommand) }
        }
        check(SlipwayCommand.self)
    }

    @Test func `The page of keys is not shown among the commands`() async {
        #expect(!(await run("--help")).output.contains("configuration-reference"))
        #expect((await run("configuration-reference", "--help")).status == .fine)
    }

    @Test(arguments: [
        ["unknown"], ["serve", "--unknown"], ["launches", "list", "--limit", "0"],
        ["launches", "list", "--limit", "1001"],
        ["launches", "list", "--limit", "many"], ["launches", "list", "--state", "onlin"], ["launches", "show"],
        ["ledger", "export", "--format", "xml"], ["launch"],
        ["hooks", "install", "--project", "a", "--all-projects"], ["hooks", "test", "--timeout", "0"],
    ])
    func `Wrong usage is status 2 with a message`(_ arguments: [String]) async {
        let written = Mutex("")
        let output = Output(
            write: { _ in Issue.record("an error is no result") },
            writeMessage: { text in written.withLock { $0 += text } },
            showsProgress: false)
        #expect(await SlipwayCommand.run(arguments: arguments, output: output) == .usage)
        #expect(written.withLock { $0 }.contains("Usage: slipway"))
    }

    @Test func `A misspelt state is answered with the nearest one`() async {
        #expect(
            (await run("launches", "list", "--state", "onlin")).messages.contains(
                "There is no state “onlin”. Write online."))
    }

    @Test func `What an argument brings to the terminal is made harmless`() async {
        let result = await run("launches", "list", "--state", "\u{1B}[2J\u{9B}")
        #expect(!result.messages.unicodeScalars.contains { $0 != "\n" && isHarmful($0) })
    }

    @Test func `A wrong configuration is status 2 with one line for each mistake`() async throws {
        let file = try TemporaryFile(try Fixture.base(replacing: "  region: eu-west-1\n", with: "  regoin: x\n"))
        let result = await run("doctor", "-c", file.path)
        #expect(result.status == .usage)
        #expect(
            result.messages == """
                slipway: \(file.path):10: aws.regoin: unknown key; the nearest known key is aws.region
                \(file.path): aws.region: it is missing; add it, or set SLIPWAY_AWS_REGION

                """)
    }

    @Test(arguments: ["install", "list", "test", "remove"])
    func `Hooks need to know where they go`(_ command: String) async throws {
        let file = try TemporaryFile(try Fixture.base())
        let result = await run("hooks", command, "-c", file.path)
        #expect(result.status == .usage)
        #expect(
            result.messages == """
                slipway: \(file.path): receiver.publicURL: it is missing, so nobody knows where hooks go; set it to where \
                Azure DevOps reaches the receiver, such as https://slipway.example.com

                """)
    }

    @Test func `A store that isn't there is wrong usage`() async {
        let result = await run("launches", "list", "--store", "/nonexistent/slipway.db")
        #expect(result.status == .usage)
        #expect(result.messages.contains("there is no store at /nonexistent/slipway.db"))
    }
}
