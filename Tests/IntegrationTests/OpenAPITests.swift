import Foundation
import SlipwayTestSupport
import Testing

/// A program from elsewhere against the built server, by what its own document says: see Tests/openapi/run.
@Suite(.serialized, .timeLimit(.minutes(10))) struct OpenAPITests {
    @Test(
        .disabled(if: ProcessInfo.processInfo.environment["SLIPWAY_SKIP_OPENAPI"] == "1", "SLIPWAY_SKIP_OPENAPI is set")
    )
    func everyRouteOfTheAPIAnswersAsItsDocumentSays() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let program = try Program(
            Program.repository.appending(path: "Tests/openapi/run").path(percentEncoded: false), [Program.slipway],
            outputTo: folder.path("output"))
        let status = try await program.status(within: .seconds(480))
        if status == nil {
            program.send(SIGTERM)
            _ = try await program.status(within: .seconds(60))
        }
        #expect(status == 0, "\(program.output)")
    }
}
