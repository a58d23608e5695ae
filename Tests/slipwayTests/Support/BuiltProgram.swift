import Foundation
import Testing

/// The program as it was built beside this test bundle.
enum BuiltProgram {
    struct Result: Sendable {
        var status: Int32
        var output: String
        var messages: String
    }

    /// Runs it to its end, twenty seconds at most, with an environment of its own.
    static func run(_ arguments: String...) throws -> Result { try run(arguments) }

    static func run(_ arguments: [String], environment: [String: String] = [:], output path: String? = nil) throws
        -> Result
    {
        let process = Process()
        process.executableURL = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "slipway")
        process.arguments = arguments
        process.environment = environment.merging(["HOME": "/nonexistent"]) { given, _ in given }
        process.standardInput = FileHandle.nullDevice
        // Files rather than pipes: nobody has to read them while it writes.
        let output = try TemporaryFile()
        let messages = try TemporaryFile()
        process.standardOutput = try FileHandle(forWritingTo: path.map { URL(filePath: $0) } ?? output.url)
        process.standardError = try FileHandle(forWritingTo: messages.url)
        try process.run()
        let end = Date(timeIntervalSinceNow: 20)
        while process.isRunning, Date() < end { Thread.sleep(forTimeInterval: 0.01) }
        if process.isRunning {
            process.terminate()
            Issue.record("slipway \(arguments.joined(separator: " ")) did not end within 20 seconds")
        }
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: try output.text(), messages: try messages.text())
    }
}

/// A file of a test, removed with the last reference.
final class TemporaryFile: Sendable {
    let url: URL

    init(_ text: String = "", extension name: String = "txt") throws {
        url = FileManager.default.temporaryDirectory.appending(path: "slipway-test-\(UUID().uuidString).\(name)")
        try Data(text.utf8).write(to: url)
    }

    var path: String { url.path(percentEncoded: false) }
    func text() throws -> String { try String(contentsOf: url, encoding: .utf8) }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A directory of a test, removed with the last reference.
final class TemporaryDirectory: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "slipway-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

    deinit { try? FileManager.default.removeItem(at: url) }
}
