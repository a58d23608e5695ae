import Foundation
import Testing

/// The files that the tests read: the published payloads of `webhooks/` and this target's own fixtures.
enum Samples {
    static let webhooks = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "webhooks")

    static func delivery(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: webhooks.appending(path: "samples/\(name).json")))
    }

    static func jsonFiles(in folder: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: webhooks.appending(path: folder), includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "json" }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    static func fixture(_ name: String) throws -> String {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        return try String(contentsOf: url, encoding: .utf8)
    }
}
