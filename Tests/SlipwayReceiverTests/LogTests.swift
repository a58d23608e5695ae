import Logging
import SlipwayReceiver
import Testing

@Suite("What the receiver logs", .timeLimit(.minutes(1)))
struct LogTests {
    @Test("A hundred wrong guesses are a few lines that name the source, and none holds what was guessed")
    func guesses() async throws {
        let lines = LogRecorder.Lines()
        try await RunningReceiver.with(logger: LogRecorder.logger(lines, level: .trace)) { server in
            for _ in 0..<100 {
                let guess = Hook.authorization("slipway", "guessed-secret-0123")
                let response = try await server.exchange(Hook.post("{}", authorization: guess))
                #expect(response?.status == 401)
            }
            let refusals = lines.all.filter { $0.contains("Hook refused") }
            #expect((1...20).contains(refusals.count))
            #expect(refusals.allSatisfy { $0.contains("127.0.0.1") })
            #expect(!lines.all.contains { $0.contains("guessed-secret") || $0.contains("Basic ") })
            #expect(server.receiver.statistics.failedAuthentications == ["wrong": 100])
        }
    }

    @Test("A delivery is no line above debug")
    func deliveries() async throws {
        let lines = LogRecorder.Lines()
        try await RunningReceiver.with(logger: LogRecorder.logger(lines, level: .info)) { server in
            let before = lines.all.count
            for _ in 0..<3 { _ = try await server.exchange(Hook.post(try Hook.sample(Hook.waiting))) }
            #expect(lines.all.count == before)
        }
    }

    @Test("A rejected delivery is a warning that says why")
    func rejected() async throws {
        let lines = LogRecorder.Lines()
        try await RunningReceiver.with(logger: LogRecorder.logger(lines)) { server in
            _ = try await server.exchange(Hook.post("<html>"))
            #expect(
                lines.all.contains { $0.hasPrefix("warning") && $0.contains("delivery=1") && $0.contains("notJSON") })
        }
    }

    @Test("A delivery that can't be stored is an error that says what to expect")
    func notStored() async throws {
        let lines = LogRecorder.Lines()
        try await RunningReceiver.with(logger: LogRecorder.logger(lines)) { server in
            server.store.fail(with: MemoryStore.full)
            _ = try await server.exchange(Hook.post("{}"))
            #expect(
                lines.all.contains { $0.hasPrefix("error") && $0.contains("disk is full") && $0.contains("sent again") }
            )
        }
    }
}
