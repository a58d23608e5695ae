#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What tells one content of a file from the next without reading it. Follows symbolic links, since Kubernetes and certbot replace those.
struct FileIdentity: Hashable, Sendable {
    private var device: UInt64
    private var inode: UInt64
    private var sizeBytes: Int64
    private var modifiedSeconds: Int64
    private var modifiedNanoseconds: Int64

    /// Nil when the file is not there or can't be looked at.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        sizeBytes = Int64(status.st_size)
        #if canImport(Darwin)
        let modified = status.st_mtimespec
        #else
        let modified = status.st_mtim
        #endif
        modifiedSeconds = Int64(modified.tv_sec)
        modifiedNanoseconds = Int64(modified.tv_nsec)
    }

    /// The identity of each path; nil for the ones that are not there.
    static func snapshot(of paths: [String]) -> [String: FileIdentity?] {
        Dictionary(paths.map { ($0, FileIdentity(path: $0)) }, uniquingKeysWith: { first, _ in first })
    }
}
