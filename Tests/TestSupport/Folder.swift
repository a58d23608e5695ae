public import Foundation

/// A folder of one test, readable by its owner alone.
public struct Folder: Sendable {
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "slipway-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    public func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

    public func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    public func remove() { try? FileManager.default.removeItem(at: url) }
}
