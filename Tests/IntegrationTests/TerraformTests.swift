import Foundation
import SlipwayTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(15))) struct TerraformTests {
    /// Where Terraform lacks, the script says so and succeeds.
    @Test(.disabled(if: ProcessInfo.processInfo.environment["SLIPWAY_SKIP_MOTO"] == "1", "SLIPWAY_SKIP_MOTO is set"))
    func theServerWorksWithWhatTheTerraformModulesMakeOnMoto() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let program = try Program(
            Program.repository.appending(path: "deploy/terraform/test/run").path(percentEncoded: false),
            [Program.slipway],
            outputTo: folder.path("output"))
        let status = try await program.status(within: .seconds(720))
        if status == nil {
            // It ends what it has started.
            program.send(SIGTERM)
            _ = try await program.status(within: .seconds(60))
        }
        #expect(status == 0, "\(program.output)")
    }
}
