import Foundation

/// Runs a command to its end, away from the test's threads.
struct Command {
    struct Result: Sendable {
        let status: Int32
        /// Standard output and standard error together, as they came.
        let output: String
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The arguments are found through `PATH`. A command that takes longer than 60 seconds is ended.
    static func run(_ arguments: String..., input: String = "") async throws -> Result {
        try await run(arguments, input: input)
    }

    static func run(_ arguments: [String], input: String = "") async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Swift.Result { try runBlocking(arguments, input: input) })
            }
        }
    }

    /// As `run`, and throws when the status is not 0.
    static func check(_ arguments: String...) async throws {
        let result = try await run(arguments)
        guard result.status == 0 else { throw Failure(description: "\(arguments): \(result.output)") }
    }

    private static func runBlocking(_ arguments: [String], input: String) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "60"] + arguments
        let output = Pipe()
        let stdin = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = stdin
        try process.run()
        try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }
}
