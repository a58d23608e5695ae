internal import Foundation
internal import SlipwayCore
internal import SlipwaySQLite

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

extension StoreFacts {
    /// Makes no store and no lock, and brings no store up to date: a file of the user who runs the doctor could keep the server
    /// out. What SQLite leaves beside a store is the store's owner's, also where root runs this.
    init(path: String) async throws {
        let files = FileManager.default
        let directory = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        guard files.fileExists(atPath: path) else {
            guard files.isWritableFile(atPath: directory) else {
                throw CommandFailure(
                    .notSo, "\(harmless(path)) can't be created: its directory is missing or not writable")
            }
            self.init(exists: false, records: 0, head: "", openLaunches: 0, holder: try Self.holder(path))
            see(path, directory, owned: directory)
            return
        }
        guard files.isWritableFile(atPath: path) else {
            throw CommandFailure(.notSo, "\(harmless(path)) may not be written by this user" + Self.whose(path))
        }
        guard files.isWritableFile(atPath: directory) else {
            throw CommandFailure(
                .notSo,
                "\(harmless(path)) can't be used, since SQLite keeps its log beside it: \(harmless(directory)) may not be "
                    + "written by this user" + Self.whose(directory))
        }
        try Self.requireCompanions(of: path)
        do {
            self = try await StoreReader.with(path: path) { reader in
                let (counts, head) = (try await reader.counts(), try await reader.head())
                return StoreFacts(
                    exists: true, records: counts.records, head: head.head.description,
                    openLaunches: counts.openLaunches, holder: try Self.holder(path))
            }
        } catch let error as StoreError where error.code == .olderVersion {
            self.init(
                exists: true, isOutdated: true, records: 0, head: "", openLaunches: 0, holder: try Self.holder(path))
        }
        see(path, directory, owned: path)
    }

    private static func holder(_ path: String) throws(StoreError) -> String? {
        try StoreLock.holder(ofStore: path).map { "\($0) runs on it" }
    }

    private mutating func see(_ path: String, _ directory: String, owned: String) {
        let volume = try? FileManager.default.attributesOfFileSystem(forPath: directory)
        freeBytes = (volume?[.systemFreeSize] as? NSNumber)?.int64Value
        guard let status = Self.status(owned) else { return }
        owner = status.owner
        isSeenByRoot = geteuid() == 0 && status.owner.id != 0
        isPublic = exists && status.permissions & 0o007 != 0
        strangers = Self.companions(of: path).compactMap { name in
            guard let owner = Self.status(name)?.owner, owner != status.owner else { return nil }
            return Stranger(path: name, owner: owner)
        }
    }

    /// What SQLite and the lock keep beside the file that a link leads to.
    private static func companions(of path: String) -> [String] {
        let lock = StoreLock.path(ofStore: path)
        let store = String(lock.dropLast(".lock".count))
        return [lock, store + "-wal", store + "-shm"]
    }

    private static func requireCompanions(of path: String) throws(CommandFailure) {
        let files = FileManager.default
        for name in companions(of: path) where files.fileExists(atPath: name) && !files.isWritableFile(atPath: name) {
            throw CommandFailure(.notSo, "\(harmless(name)) may not be written by this user" + whose(name))
        }
    }

    private static func whose(_ path: String) -> String {
        status(path).map { ": it belongs to \($0.owner)" } ?? ""
    }

    /// Of the file that a link leads to. By Foundation: which of the modules that a file imports C's `stat` is taken from
    /// depends on what is compiled beside it, and with one of them it doesn't compile.
    private static func status(_ path: String) -> (owner: FileOwner, permissions: Int)? {
        let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target),
            let id = attributes[.ownerAccountID] as? NSNumber,
            let permissions = attributes[.posixPermissions] as? NSNumber
        else { return nil }
        let name = attributes[.ownerAccountName] as? String
        return (FileOwner(id: id.uint32Value, name: name), permissions.intValue)
    }
}
