internal import NIOCore

/// Whether a host can only be reached from this machine.
enum LoopbackHost {
    /// For an address to listen on. A name other than `localhost` is not looked up: it counts as reachable.
    static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        switch try? SocketAddress(ipAddress: host, port: 0) {
        case .v4: return host.hasPrefix("127.")
        case .v6:
            return (try? SocketAddress(ipAddress: host, port: 0)) == (try? SocketAddress(ipAddress: "::1", port: 0))
        case .unixDomainSocket, nil: return false
        }
    }

    /// For the authority of a request, which may have a port: `localhost:8080`, `127.0.0.1`, `[::1]:8080`.
    static func isLoopback(authority: String) -> Bool {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            return isPortOrNothing(authority[authority.index(after: end)...])
                && isLoopback(String(authority[authority.index(after: authority.startIndex)..<end]))
        }
        guard let colon = authority.firstIndex(of: ":") else { return isLoopback(authority) }
        return isPortOrNothing(authority[colon...]) && isLoopback(String(authority[..<colon]))
    }

    private static func isPortOrNothing(_ text: Substring) -> Bool {
        text.isEmpty || (text.first == ":" && UInt16(text.dropFirst()) != nil)
    }
}
