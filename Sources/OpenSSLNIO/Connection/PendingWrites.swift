import NIOCore

/// Plaintext that waits to be encrypted, with its promises, in order.
///
/// After the handshake less than one record waits here; see ``TLSServerHandler``.
struct PendingWrites {
    private struct Write {
        var bytes: ByteBuffer
        var promise: EventLoopPromise<Void>?
    }

    private var writes = CircularBuffer<Write>(initialCapacity: 4)
    private var flushedCount = 0
    private(set) var byteCount = 0

    var isEmpty: Bool { writes.isEmpty }

    mutating func append(_ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?) {
        writes.append(Write(bytes: bytes, promise: promise))
        byteCount += bytes.readableBytes
    }

    /// What is here now has been flushed.
    mutating func markFlushed() {
        flushedCount = writes.count
    }

    /// Takes the oldest flushed write, and the ones after it that fit into one record with it: a record costs more than its bytes.
    ///
    /// Promises are joined into `lead`: when that is kept, all are.
    mutating func takeFlushed(upTo limitBytes: Int, joining lead: inout EventLoopPromise<Void>?) -> ByteBuffer? {
        guard flushedCount > 0 else { return nil }
        var bytes = takeFirst(&lead)
        while flushedCount > 0, bytes.readableBytes + writes[writes.startIndex].bytes.readableBytes <= limitBytes {
            bytes.writeImmutableBuffer(takeFirst(&lead))
        }
        return bytes
    }

    private mutating func takeFirst(_ lead: inout EventLoopPromise<Void>?) -> ByteBuffer {
        let write = writes.removeFirst()
        flushedCount -= 1
        byteCount -= write.bytes.readableBytes
        if let promise = write.promise {
            if let lead { lead.futureResult.cascade(to: promise) } else { lead = promise }
        }
        return write.bytes
    }

    mutating func failUnflushed(_ error: any Error) {
        fail(keeping: flushedCount, error)
    }

    mutating func failAll(_ error: any Error) {
        flushedCount = 0
        fail(keeping: 0, error)
    }

    /// Takes the writes out before it fails their promises, since a callback may write again.
    private mutating func fail(keeping count: Int, _ error: any Error) {
        guard writes.count > count else { return }
        let failed = Array(writes.dropFirst(count))
        writes.removeLast(failed.count)
        byteCount -= failed.reduce(0) { $0 + $1.bytes.readableBytes }
        for write in failed { write.promise?.fail(error) }
    }
}
