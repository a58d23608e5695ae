#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads PEM sources into memory, with a limit.
enum PEMReader {
    /// Far more than the longest chain; a path that names something else by mistake should not fill the memory.
    static let sizeLimitBytes = 1 << 20

    /// Blocks while it reads a file. Throws `fileUnreadable`.
    static func read(_ source: PEMSource, role: String) throws(OpenSSLError) -> [UInt8] {
        let bytes: [UInt8]
        switch source.kind {
        case .bytes(let given): bytes = given
        case .file(let path): bytes = try readFile(path, role: role)
        }
        guard !bytes.isEmpty else {
            throw OpenSSLError(.fileUnreadable, "The \(role) (\(source)) is empty. Put PEM text there.")
        }
        guard bytes.count <= sizeLimitBytes else {
            throw OpenSSLError(
                .fileUnreadable, "The \(role) (\(source)) is larger than \(sizeLimitBytes) bytes. Is it the right file?"
            )
        }
        return bytes
    }

    private static func readFile(_ path: String, role: String) throws(OpenSSLError) -> [UInt8] {
        // Without O_NONBLOCK the opening of a named pipe would wait for its writer for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, role, errno) }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, role, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw OpenSSLError(.fileUnreadable, "The \(role) \(path) is not a regular file. Name a PEM file.")
        }
        return try readAll(descriptor, path, role)
    }

    /// Up to one byte more than the limit, so that the caller sees that there is too much.
    private static func readAll(_ descriptor: Int32, _ path: String, _ role: String) throws(OpenSSLError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count <= sizeLimitBytes {
            let count = readChunk(descriptor, &chunk)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path, role, errno)
            }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    private static func unreadable(_ path: String, _ role: String, _ number: Int32) -> OpenSSLError {
        let reason = String(cString: strerror(number))
        let mend =
            switch number {
            case ENOENT, ENOTDIR: "Check the path, or put the file there."
            case EACCES, EPERM: "Let the user of this process read it."
            default: "Check the file."
            }
        return OpenSSLError(.fileUnreadable, "The \(role) \(path) can't be read: \(reason). \(mend)")
    }
}

// Outside the enumeration, where `read` means the system call.
private func readChunk(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Int {
    read(descriptor, &chunk, chunk.count)
}
