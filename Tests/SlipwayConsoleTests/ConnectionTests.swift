import Foundation
import Hummingbird
import NIOCore
import NIOEmbedded
import SlipwayConsole
import Synchronization
import Testing

@Suite("Connections of the console", .timeLimit(.minutes(1)))
struct ConnectionTests {
    private static let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    private static let lastRequest = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    private final class Flag: Sendable {
        let value = Mutex(false)
    }

    @Test("One that says nothing, or only the beginning of a head, is closed", arguments: ["", "GET / HTTP/1.1\r\n"])
    func silent(beginning: String) async throws {
        let answer = try await ListeningConsole.with(configure: { $0.idleTimeoutMilliseconds = 200 }) { port in
            try await ListeningConsole.read(from: ListeningConsole.connect(port), after: beginning)
        }
        #expect(answer == "")
    }

    @Test("One beyond the limit waits until another one is closed")
    func limit() async throws {
        try await ListeningConsole.with(configure: { $0.maximumConnections = 1 }) { port in
            let isAnswered = Flag()
            let first = try await ListeningConsole.connect(port)
            let asking = try await first.executeThenClose { inbound, outbound in
                var answers = inbound.makeAsyncIterator()
                // An answer shows that it has been accepted.
                try await ask(outbound, &answers)
                let second = try await ListeningConsole.connect(port)
                let asking = Task {
                    let answer = try await ListeningConsole.read(from: second, after: Self.lastRequest)
                    isAnswered.value.withLock { $0 = true }
                    return answer
                }
                for _ in 0..<50 { try await ask(outbound, &answers) }
                #expect(!isAnswered.value.withLock { $0 })
                return asking
            }
            #expect(try await asking.value.hasPrefix("HTTP/1.1 200"))
        }
    }

    private func ask(
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ answers: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) async throws {
        try await outbound.write(ByteBuffer(string: Self.request))
        var answer = ""
        while !answer.hasSuffix("}\n"), let part = try await answers.next() { answer += String(buffer: part) }
        #expect(answer.hasPrefix("HTTP/1.1 200"))
    }

    @Test("A body whose chunks are broken is the caller's fault", arguments: ["ZZ\r\n", "3\r\n{}"])
    func brokenBody(chunks: String) async throws {
        let answer = try await ListeningConsole.exchange(
            "POST /api/v1/drain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks + "\r\nXX\r\n")
        #expect(!answer.contains(" 500 "), "\(answer)")
    }

    @Test("Too many open files don't end the listener")
    func tooManyFiles() async throws {
        let console = try World.console()
        let listener = NIOAsyncTestingChannel()
        await console.application.onServerRunning(listener)
        listener.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        await listener.testingEventLoop.run()
        try await listener.throwIfErrorCaught()
        listener.pipeline.fireErrorCaught(IOError(errnoCode: EBADF, reason: "accept"))
        await listener.testingEventLoop.run()
        await #expect(throws: IOError.self) { try await listener.throwIfErrorCaught() }
    }
}
