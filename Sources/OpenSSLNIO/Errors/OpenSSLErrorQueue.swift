internal import COpenSSL

/// OpenSSL's error queue of the calling thread.
///
/// The queue is shared by everything that runs on the thread, so each operation clears it first and drains it at the point of failure:
/// an entry left over from one connection would be taken for the failure of the next.
enum OpenSSLErrorQueue {
    /// The most entries taken. OpenSSL keeps 16 in a ring.
    private static let entryLimit = 16

    /// Forgets what earlier operations left behind. To be called before every operation whose outcome is asked for.
    static func clear() {
        // Clearing walks the whole ring; the queue is nearly always empty, and peeking is cheap.
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Takes all entries, oldest first, and leaves the queue empty.
    static func drain() -> [OpenSSLError.Entry] {
        var entries: [OpenSSLError.Entry] = []
        while entries.count < entryLimit, let entry = next() {
            entries.append(entry)
        }
        ERR_clear_error()
        return entries
    }

    private static func next() -> OpenSSLError.Entry? {
        var function: UnsafePointer<CChar>?
        var data: UnsafePointer<CChar>?
        var flags: Int32 = 0
        let packed = ERR_get_error_all(nil, nil, &function, &data, &flags)
        guard packed != 0 else { return nil }
        let hasText = flags & ERR_TXT_STRING != 0
        return OpenSSLError.Entry(
            packedCode: UInt(packed),
            library: text(ERR_lib_error_string(packed)) ?? "library \(ERR_GET_LIB(packed))",
            reason: text(ERR_reason_error_string(packed)) ?? "reason \(ERR_GET_REASON(packed))",
            function: text(function) ?? "",
            detail: hasText ? text(data) ?? "" : ""
        )
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

extension OpenSSLError {
    /// An error of the given code with the whole queue of the calling thread.
    static func draining(_ code: Code, _ message: String) -> OpenSSLError {
        OpenSSLError(code, message, entries: OpenSSLErrorQueue.drain())
    }
}

extension OpenSSLError.Entry {
    /// Whether this is the entry that libssl's record or handshake layer makes for the given `SSL_R_…` reason.
    func isSSLReason(_ reason: Int32) -> Bool {
        ERR_GET_LIB(CUnsignedLong(packedCode)) == ERR_LIB_SSL && ERR_GET_REASON(CUnsignedLong(packedCode)) == reason
    }
}
