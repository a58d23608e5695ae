import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// The moto process that all conformance tests share, started on first use through `Tests/support/moto`.
///
/// It ends with the test process: by its process id at exit, and because its standard input ends should the test
/// process die otherwise.
final class MotoServer: Sendable {
    struct Unavailable: Error, CustomStringConvertible {
        var description: String
    }

    let url: String

    /// Set to skip the conformance tests, visibly, on a machine that can't have moto.
    static let isSkipped = ProcessInfo.processInfo.environment["SLIPWAY_SKIP_MOTO"] == "1"

    private static let started = Task { try await MotoServer.start() }

    static func shared() async throws -> MotoServer { try await self.started.value }

    private init(url: String) { self.url = url }

    /// Installing moto on a fresh clone takes its time; starting it takes a second or two.
    private static let startMaximum: Duration = .seconds(300)
    private static let readyMaximum: Duration = .seconds(30)

    private static func start() async throws -> MotoServer {
        let process = Process()
        let output = Pipe()
        let input = Pipe()
        process.executableURL = scriptURL
        process.arguments = ["serve"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        MotoProcess.keep(process, input: input)
        let url = try await firstLine(of: output, of: process)
        try await waitUntilReady(url)
        return MotoServer(url: url)
    }

    private static var scriptURL: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("support/moto")
    }

    private static func firstLine(of pipe: Pipe, of process: Process) async throws -> String {
        let deadline = ContinuousClock.now + startMaximum
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        var text = ""
        while ContinuousClock.now < deadline {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, 0) > 0 else {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
            if let line = text.split(separator: "\n", omittingEmptySubsequences: false).first, text.contains("\n") {
                guard let url = line.split(separator: " ").last else { break }
                return String(url)
            }
        }
        throw Unavailable(
            description:
                "Tests/support/moto did not start a server; it says why above. SLIPWAY_SKIP_MOTO=1 skips these tests."
        )
    }

    private static func waitUntilReady(_ url: String) async throws {
        try await withHTTPClient { http in
            let deadline = ContinuousClock.now + readyMaximum
            while ContinuousClock.now < deadline {
                let response = try? await http.execute(HTTPClientRequest(url: "\(url)/moto-api/"), timeout: .seconds(5))
                if response?.status.code == 200 { return }
                try await Task.sleep(for: .milliseconds(50))
            }
            throw Unavailable(description: "moto at \(url) does not answer.")
        }
    }
}

/// Ends moto at exit.
private enum MotoProcess {
    private struct Kept {
        var identifier: pid_t
        /// Held open: its end is moto's end.
        var input: FileHandle
    }

    private static let kept = Mutex<Kept?>(nil)

    static func keep(_ process: Process, input: Pipe) {
        let identifier = process.processIdentifier
        self.kept.withLock { $0 = Kept(identifier: identifier, input: input.fileHandleForWriting) }
        atexit { MotoProcess.end() }
    }

    static func end() {
        self.kept.withLock { kept in
            if let kept { kill(kept.identifier, SIGTERM) }
            kept = nil
        }
    }
}
