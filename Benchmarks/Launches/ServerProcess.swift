import Foundation

/// The server under measurement, a process of its own.
final class ServerProcess {
    private let process = Process()
    private let log: String
    let started = ContinuousClock.now

    init(_ binary: String, _ installation: Installation, credentials: [String: String]) throws {
        log = installation.path("server-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.executableURL = URL(filePath: binary)
        process.arguments = ["serve", "--config", installation.path("slipway.yaml")]
        process.environment = ProcessInfo.processInfo.environment.merging(credentials) { _, new in new }
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// The receiver's port, once it is in the log, and how long that took since the start.
    func listening() async throws -> (port: Int, after: Duration) {
        for _ in 0..<20_000 {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let line = text.split(separator: "\n").first(where: { $0.contains("The receiver listens") }),
                let match = line.firstMatch(of: /127\.0\.0\.1:(\d+)/), let port = Int(match.1)
            {
                return (port, ContinuousClock.now - started)
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw BenchmarkFailure(
            "the server does not listen: \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }

    /// Resident memory in MB.
    var residentMB: Double {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        guard let kilobytes = status.firstMatch(of: /VmRSS:\s+(\d+)/)?.1, let value = Double(kilobytes) else {
            return -1
        }
        return value / 1024
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
