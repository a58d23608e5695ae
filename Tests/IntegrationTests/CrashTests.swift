import Foundation
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    /// A share of `make crash-test`, which does every call of every scenario.
    @Test func killedAtSomeOfItsCallsTheNextServerMendsEverything() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let program = try Program(
            Program.slipway.replacing(/slipway$/, with: "crash-test"),
            ["--program", Program.slipway, "--scenario", "one", "--every", "12"], outputTo: folder.path("output"))
        let status = try await program.status(within: .seconds(240))
        if status == nil { program.send(SIGKILL) }
        #expect(status == 0, "\(program.output)")
    }
}
