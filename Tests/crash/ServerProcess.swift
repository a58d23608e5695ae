internal import Foundation
internal import Synchronization

/// One `slipway serve`.
final class ServerProcess: Sendable {
    private let process: Mutex<Process>
    private let log: String

    init(_ installation: Installation, log: String) throws {
        let path = installation.path(log)
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: installation.program)
        process.arguments = ["serve", "--config", installation.path("slipway.yaml")]
        process.environment = ProcessInfo.processInfo.environment.merging(installation.credentials) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        let output = FileHandle(forWritingAtPath: path)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.process = Mutex(process)
        self.log = path
    }

    deinit { process.withLock { if $0.isRunning { Foundation.kill($0.processIdentifier, SIGKILL) } } }

    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Returns when it is dead.
    func kill() {
        process.withLock { process in
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// In order, once it has begun to serve. Answers the exit code, or nil if that takes too long.
    func end() async -> Int32? {
        await waitUntilItListens()
        process.withLock { _ = Foundation.kill($0.processIdentifier, SIGTERM) }
        let end = ContinuousClock.now + .seconds(40)
        while isRunning, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
        return process.withLock { $0.isRunning ? nil : $0.terminationStatus }
    }

    /// Before that the signal ends it without order, as it does every program that has just been started.
    private func waitUntilItListens() async {
        let end = ContinuousClock.now + .seconds(30)
        while isRunning, ContinuousClock.now < end,
            (try? String(contentsOfFile: log, encoding: .utf8))?.contains("The receiver listens") != true
        { try? await Task.sleep(for: .milliseconds(5)) }
    }
}
