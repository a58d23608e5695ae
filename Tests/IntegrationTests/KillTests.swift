import Foundation
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct KillTests {
    /// I1 and I2 under load; `make kill-test` does more rounds.
    @Test func killedUnderLoadNothingIsLostOrDoubled() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let program = try Program(
            Program.repository.appending(path: "scripts/kill-under-load").path(percentEncoded: false),
            ["--rounds", "3", "--program", Program.slipway], outputTo: folder.path("output"))
        let status = try await program.status(within: .seconds(400))
        if status == nil {
            // It ends what it has started.
            program.send(SIGTERM)
            _ = try await program.status(within: .seconds(60))
        }
        #expect(status == 0, "\(program.output)")
    }
}
