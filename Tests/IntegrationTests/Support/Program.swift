import Foundation
import Synchronization

/// A program that a test starts, and that ends with it.
final class Program: Sendable {
    private let process: Mutex<Process>
    let outputPath: String

    /// The folder of the sources, and the built `slipway` beside this test bundle.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let slipway =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { $0.replacing(/[^\/]+$/, with: "slipway") } ?? "slipway"

    init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil,
        outputTo outputPath: String
    ) throws {
        _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = input ?? FileHandle.nullDevice
        let output = FileHandle(forWritingAtPath: outputPath)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.process = Mutex(process)
        self.outputPath = outputPath
    }

    deinit { process.withLock { if $0.isRunning { kill($0.processIdentifier, SIGKILL) } } }

    var processID: Int32 { process.withLock { $0.processIdentifier } }
    var isRunning: Bool { process.withLock { $0.isRunning } }
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { process.withLock { _ = kill($0.processIdentifier, signal) } }

    /// The exit code, or the number of the signal that ended it; nil if it doesn't end within the time.
    func status(within limit: Duration) async throws -> Int32? {
        let end = ContinuousClock.now + limit
        while isRunning {
            guard ContinuousClock.now < end else { return nil }
            try await Task.sleep(for: .milliseconds(20))
        }
        return process.withLock { $0.terminationStatus }
    }

    /// Waits until a line of the output holds the text, and answers that line.
    func line(with text: String, within limit: Duration = .seconds(30)) async throws -> String? {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let line = output.split(separator: "\n").first(where: { $0.contains(text) }) { return String(line) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }
}
