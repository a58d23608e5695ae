internal import COpenSSL

/// One X.509 certificate: owns an `X509`.
///
/// Stays inside the building of a context; what leaves is ``TLSCertificateInfo``.
final class X509Certificate {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        X509_free(pointer)
    }

    /// The certificates of a PEM chain, in order. Throws `fileUnreadable` or `certificateInvalid`.
    static func chain(from source: PEMSource) throws(OpenSSLError) -> [X509Certificate] {
        let bytes = try PEMReader.read(source, role: "certificate chain")
        return try MemoryBIO.reading(bytes) { bio throws(OpenSSLError) in
            try chain(from: bio, source)
        }
    }

    private static func chain(from bio: OpaquePointer, _ source: PEMSource) throws(OpenSSLError) -> [X509Certificate] {
        OpenSSLErrorQueue.clear()
        var certificates: [X509Certificate] = []
        while let pointer = PEM_read_bio_X509(bio, nil, nil, nil) {
            certificates.append(X509Certificate(owning: pointer))
        }
        let entries = OpenSSLErrorQueue.drain()
        // The end of the text shows as "no start line". Anything else means that a certificate is there but broken.
        guard entries.allSatisfy(\.isPEMNoStartLine) else {
            let place = "certificate \(certificates.count + 1) of the chain (\(source))"
            throw OpenSSLError(.certificateInvalid, "Can't parse \(place). Issue or copy it again.", entries: entries)
        }
        guard !certificates.isEmpty else {
            let mend =
                "Put the server's certificate there, then its intermediates, each between BEGIN and END CERTIFICATE."
            throw OpenSSLError(.certificateInvalid, "There is no certificate in the chain (\(source)). \(mend)")
        }
        return certificates
    }
}

extension OpenSSLError.Entry {
    fileprivate var isPEMNoStartLine: Bool {
        let packed = CUnsignedLong(packedCode)
        return ERR_GET_LIB(packed) == ERR_LIB_PEM && ERR_GET_REASON(packed) == PEM_R_NO_START_LINE
    }
}
