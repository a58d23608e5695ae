internal import Foundation

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A file that did not exist before, for its owner only. What was there is never overwritten.
struct NewFile: Sendable {
    private let path: String
    private let handle: FileHandle

    init(_ path: String) throws(CommandFailure) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let why = errno == EEXIST ? "it exists already" : String(cString: strerror(errno))
            throw CommandFailure(.usage, "\(harmless(path)) can't be created: \(why); name another file")
        }
        self.path = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// The whole file at once; what fails leaves none.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        let file = try NewFile(path)
        do throws(CommandFailure) {
            try file.write(text)
            try file.close()
        } catch {
            file.discard()
            throw error
        }
    }

    func write(_ text: String) throws(CommandFailure) {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw CommandFailure(.unreachable, "\(harmless(path)) can't be written to: check the space on its disk")
        }
    }

    /// Returns when the content is on disk.
    func close() throws(CommandFailure) {
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw CommandFailure(.unreachable, "\(harmless(path)) can't be written to: check the space on its disk")
        }
    }

    /// Removes what was written so far: half an export must not look like a whole one.
    func discard() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: path)
    }
}
