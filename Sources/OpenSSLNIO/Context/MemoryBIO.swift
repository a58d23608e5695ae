internal import COpenSSL

/// A BIO over bytes in memory: what OpenSSL's parsers read from and its printers write to. Not for connections.
enum MemoryBIO {
    /// Lends a BIO that reads `bytes`. The BIO does not outlive the call.
    static func reading<Result, Failure: Error>(
        _ bytes: [UInt8],
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // BIO_new_mem_buf keeps a pointer into memory it does not own, so the copy lives until the BIO is freed.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        copy.copyBytes(from: bytes)
        defer {
            OPENSSL_cleanse(copy.baseAddress, copy.count)
            copy.deallocate()
        }
        guard let bio = BIO_new_mem_buf(copy.baseAddress, Int32(copy.count)) else { outOfMemory() }
        defer { BIO_free(bio) }
        return try body(bio)
    }

    /// What `body` writes, as text.
    static func writing(_ body: (OpaquePointer) -> Void) -> String {
        guard let bio = BIO_new(BIO_s_mem()) else { outOfMemory() }
        defer { BIO_free(bio) }
        body(bio)
        var start: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_BIO_get_mem_data(bio, &start)
        guard let start, count > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private static func outOfMemory() -> Never {
        preconditionFailure("OpenSSL has no memory for a BIO")
    }
}
