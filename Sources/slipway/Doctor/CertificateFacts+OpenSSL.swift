internal import OpenSSLNIO

extension CertificateFacts {
    /// Reads both files as the server would. Throws what the server would stop with.
    init(chainPath: String, keyPath: String) throws {
        let identity = TLSIdentity(certificateChainFile: chainPath, privateKeyFile: keyPath)
        do {
            let context = try TLSServerContext(configuration: TLSServerConfiguration(identity: identity))
            guard let own = context.certificates.first else {
                throw CommandFailure(.notSo, "\(harmless(chainPath)) holds no certificate")
            }
            self.init(
                subject: own.subject, dnsNames: own.dnsNames, notBefore: own.notBefore, notAfter: own.notAfter,
                chainLength: context.certificates.count, trust: try TLSChainTrust(of: identity))
        } catch let error as OpenSSLError {
            throw CommandFailure(.notSo, harmless(error.message))
        }
    }
}
