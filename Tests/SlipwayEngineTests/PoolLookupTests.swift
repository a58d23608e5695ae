import Logging
import SlipwayCore
import SlipwayEngine
import Synchronization
import Testing

@Suite struct PoolLookupTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Recorder: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.error
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { lines.all.withLock { $0.append("\(event.message)") } }
    }

    @Test(arguments: [
        (PortError.Code.unauthenticated, "The pool could not be looked up"),
        (.unavailable, "The pool could not be looked up"), (.invalid, "The pool could not be found"),
    ])
    func onlyAnAnswerThatThereIsNoneIsLoggedAsNotFound(_ code: PortError.Code, _ message: String) async throws {
        let harness = Harness()
        harness.world.with { $0.poolError = PortError(code: code, message: "no") }
        let lines = Lines()
        let engine = Engine(
            configuration: EngineConfiguration(
                organizationURL: "https://dev.azure.com/fabrikam",
                pools: [.init(name: "ecs-linux", profiles: [Harness.profile()], sweepSeconds: 30, port: harness.world)]),
            store: harness.store, agentTasks: harness.world, time: harness.time,
            logger: Logger(label: "test") { _ in Recorder(lines: lines) })
        try await harness.run(engine) { _ in
            await harness.expect(within: 5) { !lines.all.withLock { $0.isEmpty } }
        }
        #expect(lines.all.withLock { $0.first } == message)
    }
}
