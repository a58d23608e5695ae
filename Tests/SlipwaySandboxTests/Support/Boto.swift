import Foundation

/// AWS's own client for Python, as an independent peer. Not needed: its test runs where it is installed.
enum Boto {
    static let isInstalled: Bool = (try? run("import boto3", [:]).status) == 0

    /// Runs a script with python3 and answers its exit status and what it printed.
    static func run(_ script: String, _ environment: [String: String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
