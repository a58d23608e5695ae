/// A certificate chain and the private key of its first certificate.
public struct TLSIdentity: Hashable, Sendable {
    /// PEM: the server's certificate first, then the intermediate certificates in order. The root is not needed.
    public var certificateChain: PEMSource
    /// PEM: an unencrypted private key (PKCS#8, or the traditional forms of RSA and EC).
    public var privateKey: PEMSource

    public init(certificateChain: PEMSource, privateKey: PEMSource) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }

    /// Chain and key in files.
    public init(certificateChainFile: String, privateKeyFile: String) {
        self.init(certificateChain: .file(certificateChainFile), privateKey: .file(privateKeyFile))
    }

    /// The files that a change of this identity would change.
    var paths: [String] {
        [certificateChain.path, privateKey.path].compactMap { $0 }
    }
}
