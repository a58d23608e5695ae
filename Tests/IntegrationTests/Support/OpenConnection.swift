import Foundation
import SlipwayTestSupport
import Synchronization

/// One TLS connection that stays open between requests, made by the `openssl` command.
final class OpenConnection: Sendable {
    private let input = Pipe()
    private let program: Program
    private let asked = Mutex(0)

    init(port: Int, log: String) throws {
        program = try Program(
            "/usr/bin/env",
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-quiet"],
            input: input, outputTo: log)
    }

    /// Whether `/healthz` is answered with 200 on this connection.
    func asksForHealth() async throws -> Bool {
        let expected = asked.withLock { asked in
            asked += 1
            return asked
        }
        guard program.isRunning else { return false }
        let request = Data("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        try input.fileHandleForWriting.write(contentsOf: request)
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            if program.output.matches(of: /HTTP\/1\.1 200/).count == expected { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
