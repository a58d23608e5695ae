internal import Foundation
internal import SlipwayCore
internal import SlipwaySQLite

extension StoreFacts {
    /// Looks without creating anything: a file made by the user who runs the doctor could keep the server out.
    init(path: String) async throws {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else {
            let directory = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
            guard files.isWritableFile(atPath: directory) else {
                throw CommandFailure(
                    .notSo, "\(harmless(path)) can't be created: its directory is missing or not writable")
            }
            self.init(exists: false, records: 0, head: "", openLaunches: 0, holder: nil)
            return
        }
        guard files.isWritableFile(atPath: path) else {
            throw CommandFailure(.notSo, "\(harmless(path)) may not be written by this user")
        }
        let reader = try StoreReader(path: path)
        do {
            let (counts, head) = (try await reader.counts(), try await reader.head())
            await reader.close()
            self.init(
                exists: true, records: counts.records, head: head.head.description,
                openLaunches: counts.openLaunches, holder: try Self.holder(path))
        } catch {
            await reader.close()
            throw error
        }
    }

    /// Takes the lock for a moment, and only where there is a lock file already.
    private static func holder(_ path: String) throws(StoreError) -> String? {
        guard FileManager.default.fileExists(atPath: StoreLock.path(ofStore: path)) else { return nil }
        do throws(StoreError) {
            try StoreLock(path: path).close()
            return nil
        } catch  where error.code == .locked {
            return error.message.split(separator: ":").first.map(String.init)
        }
    }
}
