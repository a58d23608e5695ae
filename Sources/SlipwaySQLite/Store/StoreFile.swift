internal import Foundation
internal import SlipwayCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// The file under the store, before SQLite sees it.
enum StoreFile {
    /// Answers the absolute path of a file that exists and is regular: the one that is there, or a new one that only its
    /// owner may read. SQLite would create it for everybody, and gives its side files the mode and the owner of this one.
    static func prepare(_ path: String) throws(StoreError) -> String {
        let path = absolute(path)
        try checkDirectory(of: path)
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            give(descriptor, toOwnerOf: directory(of: path))
            close(descriptor)
        } else if errno != EEXIST {
            throw failure("the store \(path) can't be created: check who may write to its directory", errno)
        }
        try checkRegular(path)
        return path
    }

    /// Gives a file that root has created to the owner of the first of these paths that is there, so that a command of root's
    /// doesn't keep the server's user out. SQLite does so with its side files. Where it may not be given away, it stays
    /// root's.
    static func give(_ descriptor: Int32, toOwnerOf models: String...) {
        var file = stat()
        // Another name of it may stand where the owner of this directory has no say.
        guard geteuid() == 0, fstat(descriptor, &file) == 0, file.st_uid == 0, file.st_nlink == 1 else { return }
        for model in models {
            var status = stat()
            guard stat(model, &status) == 0 else { continue }
            _ = fchown(descriptor, status.st_uid, status.st_gid)
            return
        }
    }

    static func directory(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Answers the absolute path of a file that must exist.
    static func existing(_ path: String) throws(StoreError) -> String {
        let path = absolute(path)
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            let advice =
                code == ENOENT
                ? "there is no store at \(path): check store.path, or start the server once"
                : "the store \(path) can't be reached: check the path and who may read it"
            throw failure(advice, code, kind(code))
        }
        try checkRegular(path)
        return path
    }

    /// A relative path would mean `:memory:` and `file:…` to SQLite.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// One path for all that lead to the same file through links and `..`. A file that is not there yet is what its
    /// directory makes it.
    static func resolved(_ path: String) -> String {
        let path = absolute(path)
        if let file = real(path) { return file }
        let url = URL(fileURLWithPath: path)
        guard let directory = real(url.deletingLastPathComponent().path) else { return path }
        return (directory == "/" ? "" : directory) + "/" + url.lastPathComponent
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func checkDirectory(of path: String) throws(StoreError) {
        let directory = directory(of: path)
        var status = stat()
        guard stat(directory, &status) == 0 else {
            let code = errno
            let advice =
                code == ENOENT
                ? "the store's directory \(directory) does not exist: create it and give it to Slipway's user"
                : "the store's directory \(directory) can't be reached: check its path and permissions"
            throw failure(advice, code, kind(code))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(
                code: .wrongPath, message: "\(directory) is not a directory: correct store.path")
        }
        guard access(directory, W_OK | X_OK) == 0 else {
            throw failure(
                "the store's directory \(directory) is not writable: SQLite keeps its log there; give it to Slipway's user",
                errno)
        }
    }

    private static func checkRegular(_ path: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("the store \(path) can't be reached", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(code: .wrongPath, message: "\(path) is not a regular file: correct store.path")
        }
    }

    static func failure(_ message: String, _ code: Int32, _ kind: StoreError.Code = .unavailable) -> StoreError {
        StoreError(code: kind, message: message, cause: String(cString: strerror(code)))
    }

    private static func kind(_ code: Int32) -> StoreError.Code {
        code == ENOENT || code == ENOTDIR ? .wrongPath : .unavailable
    }
}
