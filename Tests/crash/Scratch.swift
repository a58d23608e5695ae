internal import Foundation

/// What could not be tried.
struct CrashTestError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Folders, files and ports for a while.
enum Scratch {
    static func newFolder() throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "slipway-crash-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return url.path(percentEncoded: false)
    }

    static func write(_ text: String, to path: String) throws {
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CrashTestError("\(path) can't be written") }
    }

    /// A port of the loopback interface that nobody listens on now, and that the system gives to no connection of its own.
    static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000...32_000)
            if try isFree(port) { return port }
        }
        throw CrashTestError("no port is free")
    }

    private static func isFree(_ port: Int) throws -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw CrashTestError("there is no socket to be had") }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(handle, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// A certificate for this machine alone, for all servers of one test.
struct Certificate: Sendable {
    private let folder: String

    init() throws {
        folder = try Scratch.newFolder()
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path("tls.key"), "-out",
            path("tls.crt"),
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { throw CrashTestError("openssl made no certificate") }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }
    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
