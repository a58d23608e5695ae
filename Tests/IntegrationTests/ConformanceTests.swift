import Foundation
import SlipwayTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct ConformanceTests {
    @Test(.disabled(if: ProcessInfo.processInfo.environment["SLIPWAY_SKIP_MOTO"] == "1", "SLIPWAY_SKIP_MOTO is set"))
    func theServerStartsTracksAndClosesAgentTasksOnMoto() async throws { try await run() }

    @Test(.disabled(if: ProcessInfo.processInfo.environment["SLIPWAY_SKIP_MOTO"] == "1", "SLIPWAY_SKIP_MOTO is set"))
    func aStopIsSeenByAnEventOfMotosEventBridgeAlone() async throws { try await run("events") }

    @Test(.disabled(if: ProcessInfo.processInfo.environment["SLIPWAY_SKIP_MOTO"] == "1", "SLIPWAY_SKIP_MOTO is set"))
    func theImagesEntryScriptClaimsItsRegistrationOnce() async throws { try await run("claims") }

    private func run(_ arguments: String...) async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let program = try Program(
            Program.repository.appending(path: "Tests/conformance/run").path(percentEncoded: false),
            [Program.slipway] + arguments,
            outputTo: folder.path("output"))
        let status = try await program.status(within: .seconds(480))
        if status == nil {
            // It ends what it has started.
            program.send(SIGTERM)
            _ = try await program.status(within: .seconds(60))
        }
        #expect(status == 0, "\(program.output)")
    }
}
