internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs one program and collects what it prints, within limits. Its standard input is empty, its standard error
/// dropped. A program that goes over a limit, or whose caller is cancelled, is killed.
struct BoundedProcess: Sendable, SecretHolder {
    enum Outcome: Sendable, Equatable {
        case exited(status: Int32, output: Data)
        case notFound
        case timedOut
        case outputTooLarge
    }

    var program: String
    var arguments: [String]
    var environment: [String: String]
    var timeout: Duration
    var outputMaximumBytes: Int

    /// - Throws: `CancellationError`.
    func run() async throws -> Outcome {
        let cancellation = Cancellation()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Waiting blocks a thread, which must not be one of the concurrency pool's.
                DispatchQueue.global().async { continuation.resume(returning: self.runBlocking(cancellation)) }
            }
        } onCancel: {
            cancellation.cancel()
        }
        try Task.checkCancellation()
        return outcome
    }

    private func runBlocking(_ cancellation: Cancellation) -> Outcome {
        guard let path = executablePath() else { return .notFound }
        let process = Process()
        let pipe = Pipe()
        let exited = DispatchSemaphore(value: 0)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = self.arguments
        process.environment = self.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.terminationHandler = { _ in exited.signal() }
        do { try process.run() } catch { return .notFound }
        try? pipe.fileHandleForWriting.close()

        let deadline = ContinuousClock.now + self.timeout
        var reader = PipeReader(
            descriptor: pipe.fileHandleForReading.fileDescriptor, bytesMaximum: self.outputMaximumBytes)
        let reading = reader.readToEnd(before: deadline, cancellation)
        // The output's end is not the program's end.
        if reading == .ended, waitForExit(exited, before: deadline, cancellation) {
            return .exited(status: process.terminationStatus, output: reader.output)
        }
        kill(process.processIdentifier, SIGKILL)
        exited.wait()
        return reading == .tooLarge ? .outputTooLarge : .timedOut
    }

    private func waitForExit(
        _ exited: DispatchSemaphore, before deadline: ContinuousClock.Instant, _ cancellation: Cancellation
    ) -> Bool {
        while ContinuousClock.now < deadline, !cancellation.isCancelled {
            if exited.wait(timeout: .now() + .milliseconds(20)) == .success { return true }
        }
        return false
    }

    private func executablePath() -> String? {
        let candidates =
            self.program.contains("/")
            ? [self.program]
            : (self.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(self.program)" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

private final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { self.flag.load(ordering: .relaxed) }

    func cancel() { self.flag.store(true, ordering: .relaxed) }
}

/// Reads a pipe without ever blocking longer than a moment: a grandchild may hold the other end open for good.
private struct PipeReader {
    enum End {
        case ended
        case tooLarge
        case gaveUp
    }

    let descriptor: Int32
    let bytesMaximum: Int
    private(set) var output = Data()

    init(descriptor: Int32, bytesMaximum: Int) {
        self.descriptor = descriptor
        self.bytesMaximum = bytesMaximum
    }

    mutating func readToEnd(before deadline: ContinuousClock.Instant, _ cancellation: Cancellation) -> End {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while ContinuousClock.now < deadline, !cancellation.isCancelled {
            var event = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, 20) > 0 else { continue }
            let count = read(self.descriptor, &buffer, buffer.count)
            if count == 0 || (count < 0 && errno != EINTR) { return .ended }
            if count > 0 { self.output.append(contentsOf: buffer.prefix(count)) }
            if self.output.count > self.bytesMaximum { return .tooLarge }
        }
        return .gaveUp
    }
}
