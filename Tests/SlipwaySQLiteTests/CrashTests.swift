import Foundation
import SlipwayCore
import Testing

@testable import SlipwaySQLite

/// Invariant I1: an acknowledged delivery survives `kill -9`, and the loss of power.
@Suite("Crashes")
struct CrashTests {
    @Test("Everything that a killed process has acknowledged is there, and the chain holds")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        for round in 1...3 {
            let acknowledged = try await Self.writeAndKill(directory.file(), acknowledgements: 200 * round)
            #expect(acknowledged.count >= 200 * round)
            let stored = try await withReader(directory.file()) { reader in
                try await Self.allNumbers(reader)
            }
            #expect(acknowledged.subtracting(stored).isEmpty)
            #expect(try await verification(of: directory.file()).isSound)
        }
        let store = try SQLiteStore(path: directory.file())
        _ = try await store.record(Sample.delivery("after"))
        await store.close()
        #expect(try await verification(of: directory.file()).isSound)
    }

    @Test("Wherever the loss of power cuts the log, what was acknowledged before is there")
    func cutLog() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.file())
        let log = directory.file() + "-wal"
        // The log's size at each acknowledgement: up to there it is on disk.
        var sizes = [try Self.size(log)]
        for number in 1...12 {
            let receipt = try await store.record(Sample.delivery("event-\(number)"))
            #expect(receipt.number == Int64(number))
            sizes.append(try Self.size(log))
        }
        let base = try Data(contentsOf: URL(fileURLWithPath: directory.file()))
        let whole = try Data(contentsOf: URL(fileURLWithPath: log))
        for (count, size) in sizes.enumerated() {
            let next = count + 1 < sizes.count ? sizes[count + 1] : size
            // Cut exactly there, in the middle of what follows, just before its end; and with noise in its place.
            for (cut, noise) in [(size, 0), ((size + next) / 2, 0), (max(size, next - 1), 0), (size, 5_000)] {
                let copy = directory.file("copy-\(count)-\(cut)-\(noise)")
                try base.write(to: URL(fileURLWithPath: copy))
                let rest = whole.prefix(cut) + Data(repeating: 0xA5, count: noise)
                try Data(rest).write(to: URL(fileURLWithPath: copy + "-wal"))
                let reopened = try SQLiteStore(path: copy)
                let counts = try await withReader(copy) { try await $0.counts() }
                #expect(counts.deliveries == Int64(count), "cut at \(cut) of \(whole.count), noise \(noise)")
                #expect(try await reopened.record(Sample.delivery("new")).number == Int64(count) + 1)
                #expect(try await verification(of: copy).isSound)
                await reopened.close()
            }
        }
        await store.close()
    }

    // MARK: Support

    /// Runs a process that records deliveries, and kills it after so many acknowledgements. Answers what it acknowledged.
    private static func writeAndKill(_ path: String, acknowledgements: Int) async throws -> Set<Int64> {
        let process = Process()
        process.executableURL = try writer()
        process.arguments = ["write", path, "16"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { process.waitUntilExit() }
        let descriptor = output.fileHandleForReading.fileDescriptor
        var text: [UInt8] = []
        var isKilled = false
        while let some = readSome(descriptor) {
            text += some
            guard !isKilled, text.count(where: { $0 == UInt8(ascii: "\n") }) >= acknowledgements else { continue }
            kill(process.processIdentifier, SIGKILL)
            isKilled = true
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
        return Set(lines.compactMap { Int64($0) })
    }

    /// Nil at the end. `FileHandle` would end the process when a signal interrupts it, and the death of a child is one.
    private static func readSome(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { return Array(buffer.prefix(count)) }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// `store-bench` lies beside the test bundle.
    private static func writer() throws -> URL {
        var directory = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath()
        if let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            directory = URL(fileURLWithPath: executable)
        }
        while directory.path != "/" {
            directory.deleteLastPathComponent()
            let candidate = directory.appendingPathComponent("store-bench")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    private static func allNumbers(_ reader: StoreReader) async throws -> Set<Int64> {
        var numbers: Set<Int64> = []
        var before = Int64.max
        while true {
            let page = try await reader.deliveries(before: before, limit: 1_000)
            guard let last = page.last else { return numbers }
            numbers.formUnion(page.map(\.number))
            before = last.number
        }
    }

    private static func size(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }
}
