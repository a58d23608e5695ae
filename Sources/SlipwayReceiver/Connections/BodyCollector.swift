internal import Crypto
internal import NIOCore

/// The body of one request as it arrives: kept up to a limit, beyond it only counted and digested.
struct BodyCollector {
    private let maximumKeptBytes: Int
    private var kept: ByteBuffer?
    private var digest: SHA256?
    private var count = 0

    init(maximumKeptBytes: Int) {
        self.maximumKeptBytes = maximumKeptBytes
    }

    mutating func append(_ part: inout ByteBuffer) {
        count += part.readableBytes
        if var digest {
            Self.update(&digest, part)
            self.digest = digest
        } else if count > maximumKeptBytes {
            var digest = SHA256()
            if let kept { Self.update(&digest, kept) }
            Self.update(&digest, part)
            self.digest = digest
            kept = nil
        } else if kept == nil {
            // Most bodies arrive in one part, which is so kept without a copy.
            kept = part
        } else {
            kept?.writeBuffer(&part)
        }
    }

    /// `isComplete` is false if the rest was not read.
    func finish(isComplete: Bool) -> RequestBody {
        if let digest {
            return RequestBody(content: .tooLarge(Array(digest.finalize())), byteCount: count, isComplete: isComplete)
        }
        let bytes = kept.map { Array($0.readableBytesView) } ?? []
        return RequestBody(content: .bytes(bytes), byteCount: count, isComplete: isComplete)
    }

    private static func update(_ digest: inout SHA256, _ part: ByteBuffer) {
        part.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
    }
}

/// A body as an endpoint gets it.
struct RequestBody: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        /// Larger than the endpoint takes; this is the SHA-256 of what was read.
        case tooLarge([UInt8])
    }

    var content: Content
    /// Bytes read.
    var byteCount: Int
    /// False if the body is larger than the listener reads.
    var isComplete: Bool
}
