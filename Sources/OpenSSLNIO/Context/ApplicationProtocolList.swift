/// The protocols for ALPN in the form of the wire: each with its length before it (RFC 7301, 3.1).
final class ApplicationProtocolList: @unchecked Sendable {
    // Sendable though it holds a pointer: the memory is written in init alone and freed in deinit alone.
    let bytes: UnsafeMutableBufferPointer<UInt8>

    /// Throws `configurationInvalid` for a name that is empty or longer than 255 bytes.
    init(_ names: [String]) throws(OpenSSLError) {
        for name in names where !(1...255).contains(name.utf8.count) {
            throw OpenSSLError(.configurationInvalid, "The application protocol '\(name)' must have 1 to 255 bytes.")
        }
        let wire = names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        bytes = .allocate(capacity: wire.count)
        _ = bytes.initialize(from: wire)
    }

    deinit {
        bytes.deallocate()
    }
}
