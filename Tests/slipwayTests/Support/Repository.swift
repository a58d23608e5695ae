import Foundation

/// Files of the repository that the tests hold against the program.
enum Repository {
    static func text(_ path: String) throws -> String {
        let support = URL(filePath: #filePath).deletingLastPathComponent()
        let root = support.appending(path: "../../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
