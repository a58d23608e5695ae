internal import COpenSSL
import NIOCore

/// The two ends of a connection as OpenSSL sees them: it reads ciphertext straight from the buffer that the socket was read into, and appends
/// ciphertext to the buffer that goes to the socket. A memory BIO would copy both once more.
final class ByteBufferBIO {
    /// Received and not yet taken by OpenSSL.
    private(set) var inbound = ByteBuffer()
    /// Made by OpenSSL and not yet sent.
    private(set) var outbound = ByteBuffer()

    /// A `BIO` over this object, owned by the caller. It doesn't count its reference: this object must outlive it.
    func makeBIO() -> OpaquePointer? {
        guard let method = Self.method.pointer, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    func receive(_ bytes: ByteBuffer) {
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.writeImmutableBuffer(bytes)
        }
    }

    func discardInbound() {
        inbound = ByteBuffer()
    }

    func reserveOutbound(_ byteCount: Int) {
        outbound.reserveCapacity(minimumWritableBytes: byteCount)
    }

    func takeOutbound() -> ByteBuffer? {
        guard outbound.readableBytes > 0 else { return nil }
        defer { outbound = ByteBuffer() }
        return outbound
    }
}

// MARK: - What OpenSSL calls

extension ByteBufferBIO {
    /// - Returns: the number of bytes moved into `destination`; -1 with the retry flag when there are none at the moment.
    private func read(into destination: UnsafeMutableRawPointer, _ limit: Int, _ bio: OpaquePointer) -> Int32 {
        COpenSSL_BIO_clear_retry_flags(bio)
        let count = min(limit, inbound.readableBytes)
        guard count > 0 else {
            COpenSSL_BIO_set_retry_read(bio)
            return -1
        }
        inbound.readWithUnsafeReadableBytes { source in
            destination.copyMemory(from: source.baseAddress.unsafelyUnwrapped, byteCount: count)
            return count
        }
        // Let go of the socket's buffer as soon as it is empty, so that the channel can use it again.
        if inbound.readableBytes == 0 { inbound = ByteBuffer() }
        return Int32(count)
    }

    private func write(_ source: UnsafeRawBufferPointer) -> Int32 {
        Int32(outbound.writeBytes(source))
    }

    private static func object(_ bio: OpaquePointer) -> ByteBufferBIO? {
        BIO_get_data(bio).map { Unmanaged<ByteBufferBIO>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let method = Method()

    /// The table of functions, made once and never freed: every connection's BIO refers to it.
    private struct Method: @unchecked Sendable {
        // Sendable though it holds a pointer: the table is written in init alone.
        let pointer: OpaquePointer?

        init() {
            pointer = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ByteBuffer")
            BIO_meth_set_read(pointer) { bio, destination, limit in
                guard let bio, let destination, limit > 0, let object = ByteBufferBIO.object(bio) else { return -1 }
                return object.read(into: destination, Int(limit), bio)
            }
            BIO_meth_set_write(pointer) { bio, source, count in
                guard let bio, let source, count > 0, let object = ByteBufferBIO.object(bio) else { return -1 }
                COpenSSL_BIO_clear_retry_flags(bio)
                return object.write(UnsafeRawBufferPointer(start: source, count: Int(count)))
            }
            BIO_meth_set_ctrl(pointer) { _, command, _, _ in
                // What is written is with the channel handler at once: there is nothing to flush, but OpenSSL must hear that it worked.
                command == BIO_CTRL_FLUSH ? 1 : 0
            }
        }
    }
}
