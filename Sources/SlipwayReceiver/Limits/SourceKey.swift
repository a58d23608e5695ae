internal import NIOCore

/// What counts as one source: an IPv4 address, or the /64 of an IPv6 address, since a single subscriber is given a whole
/// /64 and could use a new address for each request.
struct SourceKey: Hashable, Sendable {
    private let bits: UInt64
    private let isIPv6: Bool

    /// Anything that is not an Internet address, such as a Unix socket, counts as one source.
    static let local = SourceKey(bits: 0, isIPv6: false)

    private init(bits: UInt64, isIPv6: Bool) {
        self.bits = bits
        self.isIPv6 = isIPv6
    }

    init(_ address: SocketAddress?) {
        switch address {
        case .v4:
            self.init(bits: Self.bits(Self.bytes(of: address, 4..<8)), isIPv6: false)
        case .v6:
            let bytes = Self.bytes(of: address, 8..<24)
            // An IPv4 address as a dual-stack socket shows it: ::ffff:a.b.c.d.
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            self.init(bits: Self.bits(isMapped ? bytes.suffix(4) : bytes.prefix(8)), isIPv6: !isMapped)
        case .unixDomainSocket, nil:
            self = .local
        }
    }

    /// The address within a `sockaddr_in` (after family and port) or `sockaddr_in6` (after family, port and flow label):
    /// the same place on Linux and Darwin.
    private static func bytes(of address: SocketAddress?, _ place: Range<Int>) -> [UInt8] {
        address?.withSockAddr { pointer, size in
            Array(UnsafeRawBufferPointer(start: pointer, count: size)[place])
        } ?? []
    }

    private static func bits(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// The other end of a connection.
struct Peer: Sendable {
    let connection: ConnectionGate.ConnectionID
    let key: SourceKey
    /// The address without its port, as it is recorded and logged.
    let address: String

    init(_ address: SocketAddress?, connection: ConnectionGate.ConnectionID = .none) {
        self.connection = connection
        key = SourceKey(address)
        let text = address?.ipAddress ?? "local"
        self.address = text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
    }
}
