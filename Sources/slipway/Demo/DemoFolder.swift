internal import Foundation

/// The files of one demo: what a real installation has, in a folder of its own.
struct DemoFolder: Sendable {
    let url: URL

    /// Makes a new folder that only this user can read.
    init() throws {
        let name =
            "slipway-demo-"
            + (0..<8).map { _ in String("abcdefghjkmnpqrstuvwxyz23456789".randomElement() ?? "a") }.joined()
        let parent = FileManager.default.temporaryDirectory
        url = parent.appending(path: name)
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                .usage,
                "no folder can be made in \(harmless(parent.path(percentEncoded: false))): set TMPDIR to a folder that is "
                    + "there and that you may write to")
        }
    }

    func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

    func write(_ text: String, to name: String) throws {
        guard
            FileManager.default.createFile(
                atPath: path(name), contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else {
            throw CommandFailure(
                .usage, "\(path(name)) can't be written: give the folder for temporary files some room")
        }
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}
