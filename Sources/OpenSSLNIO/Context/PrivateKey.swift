internal import COpenSSL

/// One private key: owns an `EVP_PKEY`. Nothing shows its content.
final class PrivateKey {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// Throws `fileUnreadable`, `privateKeyEncrypted` or `privateKeyInvalid`.
    static func read(from source: PEMSource) throws(OpenSSLError) -> PrivateKey {
        let bytes = try PEMReader.read(source, role: "private key")
        return try MemoryBIO.reading(bytes) { bio throws(OpenSSLError) in
            try read(from: bio, source)
        }
    }

    private static func read(from bio: OpaquePointer, _ source: PEMSource) throws(OpenSSLError) -> PrivateKey {
        OpenSSLErrorQueue.clear()
        var passphraseAsked = false
        // Without a callback OpenSSL would ask for the passphrase on the terminal and wait.
        let pointer = withUnsafeMutablePointer(to: &passphraseAsked) { asked in
            PEM_read_bio_PrivateKey(bio, nil, { _, _, _, asked in PrivateKey.refusePassphrase(asked) }, asked)
        }
        if let pointer { return PrivateKey(owning: pointer) }
        if passphraseAsked {
            let mend = "Store it unencrypted, readable by this process alone: openssl pkey -in ENCRYPTED -out KEY"
            throw .draining(.privateKeyEncrypted, "The private key (\(source)) is encrypted. \(mend)")
        }
        let mend = "Put an unencrypted key there in PEM form, with BEGIN and END PRIVATE KEY."
        throw .draining(.privateKeyInvalid, "There is no usable private key in \(source). \(mend)")
    }

    private static func refusePassphrase(_ asked: UnsafeMutableRawPointer?) -> Int32 {
        asked?.storeBytes(of: true, as: Bool.self)
        return -1
    }
}
