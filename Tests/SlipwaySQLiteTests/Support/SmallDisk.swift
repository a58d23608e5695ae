import Foundation

/// A file system of its own in memory, where the machine lets us mount one.
final class SmallDisk {
    let path: String

    init(kilobytes: Int) throws {
        path = NSTemporaryDirectory() + "slipway-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path) else {
            try FileManager.default.removeItem(atPath: path)
            throw Impossible()
        }
    }

    func unmount() throws {
        _ = Self.run("umount", path)
        try FileManager.default.removeItem(atPath: path)
    }

    static let isPossible: Bool = {
        guard let disk = try? SmallDisk(kilobytes: 64) else { return false }
        try? disk.unmount()
        return true
    }()

    private struct Impossible: Error {}

    private static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
