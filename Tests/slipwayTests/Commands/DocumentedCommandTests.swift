import ArgumentParser
import Testing

@testable import slipway

/// Every command of the program on these pages is one that it takes.
@Suite struct DocumentedCommandTests {
    @Test(arguments: ["docs/quickstart.md", "docs/install.md", "docs/audit.md", "README.md", "webhooks/README.md"])
    func `The commands on a page are understood`(_ page: String) throws {
        let commands = Self.commands(try Repository.text(page))
        #expect(!commands.isEmpty)
        for command in commands {
            do {
                _ = try SlipwayCommand.parseAsRoot(command)
            } catch {
                Issue.record(
                    "\(page): slipway \(command.joined(separator: " ")): \(SlipwayCommand.message(for: error))")
            }
        }
    }

    @Test func `A flag that isn't there is found`() {
        #expect(throws: (any Error).self) { try SlipwayCommand.parseAsRoot(["init", "--no-such-flag"]) }
    }

    /// The arguments of each command on a line of its own, by its path, or in quotes, with something in the place of the
    /// shell's words.
    private static func commands(_ text: String) -> [[String]] {
        let joined = text.replacing(/\\\n\s*/, with: " ")
            .replacing("$(printf -- '--subnet %s ' $SUBNETS)", with: "--subnet subnet-a --subnet subnet-b")
        return joined.split(separator: "\n").flatMap { line in
            line.matches(of: /(?:^|['`]|bin\/|release\/)slipway ([a-z][^`']*)/).map { match in
                match.1.replacing("\"", with: "").split(separator: " ").map(String.init)
            }
        }
    }
}
