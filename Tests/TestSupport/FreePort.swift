internal import Foundation

public enum FreePort {
    /// A port of the loopback interface that nobody listens on now, and that the system gives to no connection of its own.
    public static func find() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000...32_000)
            if try isFree(port) { return port }
        }
        throw TestSupportError("no port is free")
    }

    private static func isFree(_ port: Int) throws -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw TestSupportError("there is no socket to be had") }
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
