internal import Foundation

/// Reads small files whole.
enum BoundedFile {
    struct Failure: Error, Sendable, CustomStringConvertible {
        /// As a clause: `there is no such file`.
        var description: String
        var mend: String
    }

    /// Never more than `maximumBytes`; a larger file is a failure.
    static func read(_ path: String, maximumBytes: Int) throws(Failure) -> [UInt8] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Failure(description: "there is no such file", mend: "check the path, and that it is mounted here")
        }
        guard !isDirectory.boolValue else {
            throw Failure(description: "it is a directory", mend: "name a file in it")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure(
                description: "it may not be read by this user",
                mend: "give this user the right to read it: ls -l \(path)")
        }
        defer { try? handle.close() }
        guard let bytes = try? readToEnd(handle, maximumBytes: maximumBytes + 1) else {
            throw Failure(description: "it can't be read", mend: "check the disk it is on")
        }
        guard bytes.count <= maximumBytes else {
            throw Failure(
                description: "it is larger than \(maximumBytes) bytes", mend: "check that it is the right file")
        }
        return bytes
    }

    /// A pipe gives its bytes in portions.
    private static func readToEnd(_ handle: FileHandle, maximumBytes: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < maximumBytes, let part = try handle.read(upToCount: maximumBytes - bytes.count),
            !part.isEmpty
        {
            bytes += part
        }
        return bytes
    }
}
