public import Foundation
internal import Synchronization

/// A program that a test starts, and that ends with it. What it prints goes to a file.
public final class Program: Sendable {
    private let process: Mutex<Process>
    private static let starting = Mutex(())
    public let outputPath: String

    public init(
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
        // One after the other: a child that is started meanwhile inherits the socket by which Foundation hears of this one's end,
        // and the end is not heard of before that child's.
        try Self.starting.withLock { _ in try process.run() }
        self.process = Mutex(process)
        self.outputPath = outputPath
    }

    deinit { process.withLock { if $0.isRunning { Foundation.kill($0.processIdentifier, SIGKILL) } } }

    public var processID: Int32 { process.withLock { $0.processIdentifier } }
    public var isRunning: Bool { process.withLock { $0.isRunning } }
    public var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    public func send(_ signal: Int32) { process.withLock { _ = Foundation.kill($0.processIdentifier, signal) } }

    /// Ends it at once; returns when it is dead.
    public func kill() {
        process.withLock { process in
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// The exit code, or the number of the signal that ended it; nil if it doesn't end within the time.
    public func status(within limit: Duration, every pause: Duration = .milliseconds(20)) async throws -> Int32? {
        let end = ContinuousClock.now + limit
        while isRunning {
            guard ContinuousClock.now < end else { return nil }
            try await Task.sleep(for: pause)
        }
        return process.withLock { $0.terminationStatus }
    }

    /// The signal that ended it; nil: it runs, or has ended by itself.
    public var endingSignal: Int32? {
        process.withLock { process in
            guard !process.isRunning, process.terminationReason == .uncaughtSignal else { return nil }
            return process.terminationStatus
        }
    }

    /// Waits until a line of the output holds the text, and answers that line; nil if it ends or takes too long without.
    public func line(
        with text: String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(20)
    ) async throws -> String? {
        let end = ContinuousClock.now + limit
        while true {
            // Asked before the output is read, so that its last words are heard.
            let isLast = !isRunning || ContinuousClock.now >= end
            if let line = output.split(separator: "\n").first(where: { $0.contains(text) }) { return String(line) }
            if isLast { return nil }
            try await Task.sleep(for: pause)
        }
    }
}
