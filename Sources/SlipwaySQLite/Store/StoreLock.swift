internal import Foundation
public import SlipwayCore
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Keeps a second engine away from a store: an advisory lock on `<path>.lock`, held until `close()`, the last reference,
/// or the end of the process, however it ends. Readers need none.
///
/// The store itself would bear two engines, but each would act on what the other has just decided.
public final class StoreLock: Sendable {
    public let path: String
    private let descriptor: Mutex<Int32?>

    /// Takes the lock without waiting. `path` is the store's, by whichever name: a link and its target have one lock.
    ///
    /// Throws `locked`, naming the process that holds it, if one does; `unavailable` if the lock file can't be used, which
    /// says nothing about who runs on the store.
    public init(path storePath: String) throws(StoreError) {
        let store = StoreFile.resolved(storePath)
        let lockPath = Self.path(ofStore: store)
        let opened = open(lockPath, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw Self.unopenable(lockPath, errno) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let error = code == EWOULDBLOCK ? Self.held(opened, lockPath) : Self.unusable(lockPath, code)
            _ = Self.closeFile(opened)
            throw error
        }
        StoreFile.give(opened, toOwnerOf: store, StoreFile.directory(of: store))
        Self.writeProcessID(to: opened)
        path = lockPath
        descriptor = Mutex(opened)
    }

    deinit { close() }

    /// Where the lock of a store is.
    public static func path(ofStore storePath: String) -> String { StoreFile.resolved(storePath) + ".lock" }

    /// Releases the lock. The file stays: to remove it could take it from under a process that has just opened it.
    public func close() {
        descriptor.withLock { descriptor in
            if let opened = descriptor { _ = Self.closeFile(opened) }
            descriptor = nil
        }
    }

    private static func closeFile(_ descriptor: Int32) -> Int32 {
        #if canImport(Darwin)
        Darwin.close(descriptor)
        #elseif canImport(Musl)
        Musl.close(descriptor)
        #else
        Glibc.close(descriptor)
        #endif
    }

    /// For the one who finds the lock held. Not being able to write it is no reason not to run.
    private static func writeProcessID(to descriptor: Int32) {
        guard ftruncate(descriptor, 0) == 0 else { return }
        let text = "\(getpid())\n"
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    /// Who holds the lock of a store, in a person's words; nil: nobody does. Looks without creating anything, and keeps nobody
    /// from taking the lock for longer than that takes.
    ///
    /// Throws `unavailable` if that can't be told.
    public static func holder(ofStore storePath: String) throws(StoreError) -> String? {
        let lockPath = path(ofStore: storePath)
        let opened = open(lockPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard opened >= 0 else {
            if errno == ENOENT { return nil }
            throw unopenable(lockPath, errno)
        }
        defer { _ = closeFile(opened) }
        // Shared, so that two who look don't take each other for a server.
        guard flock(opened, LOCK_SH | LOCK_NB) != 0 else { return nil }
        guard errno == EWOULDBLOCK else { throw unusable(lockPath, errno) }
        return holder(opened)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }

    private static func held(_ descriptor: Int32, _ lockPath: String) -> StoreError {
        StoreError(
            code: .locked,
            message:
                "\(holder(descriptor)) already runs on this store (it holds \(lockPath)): stop it first, or use another "
                + "store.path")
    }

    private static func unopenable(_ lockPath: String, _ code: Int32) -> StoreError {
        StoreFile.failure("the lock \(lockPath) can't be opened: check its directory and permissions", code)
    }

    private static func unusable(_ lockPath: String, _ code: Int32) -> StoreError {
        StoreFile.failure("the lock \(lockPath) can't be taken: its file system may not support locks", code)
    }
}
