internal import COpenSSL

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Whether a client would follow a server's chain to a root that it trusts. The names and dates of the server's own certificate
/// are not looked at: they are told by ``TLSCertificateInfo``.
public enum TLSChainTrust: Hashable, Sendable {
    /// By the root of this name, which may be one that this machine alone trusts.
    case trusted(root: String)
    /// The chain leads to a trusted root, and this certificate above the server's is over, or not valid yet.
    case outOfDate(String)
    /// The server's certificate is its own issuer.
    case selfSigned
    /// The chain ends in a root that isn't trusted, by this name: a private authority's.
    case unknownRoot(String)
    /// The last certificate that could be followed was issued by one that is neither in the chain nor among the trusted
    /// roots: mostly an intermediate that was left out of the file.
    case missingIssuer(of: String, issuer: String)
    /// Nothing is known: there are no roots to compare with.
    case noRoots
    /// Any other reason, in OpenSSL's words.
    case refused(String)

    /// The roots that a client trusts.
    public enum Roots: Hashable, Sendable {
        /// Those that OpenSSL uses on this machine: `SSL_CERT_FILE` and `SSL_CERT_DIR`, else where it was built to look.
        case system
        /// Those of one file in PEM.
        case file(String)
    }

    /// Reads files, which blocks: not to be called on an event loop.
    ///
    /// - Throws: `fileUnreadable` or `certificateInvalid` of the chain; `openSSLFailure` where the roots' file can't be read.
    public init(of identity: TLSIdentity, roots: Roots = .system) throws(OpenSSLError) {
        let chain = try X509Certificate.chain(from: identity.certificateChain)
        guard roots != .system || Self.systemHasRoots else {
            self = .noRoots
            return
        }
        OpenSSLErrorQueue.clear()
        let memory = "OpenSSL has no memory to verify a certificate."
        guard let store = X509_STORE_new() else { throw .draining(.openSSLFailure, memory) }
        defer { X509_STORE_free(store) }
        try Self.load(roots, into: store)
        guard let others = COpenSSL_sk_X509_new_null() else { throw .draining(.openSSLFailure, memory) }
        defer { COpenSSL_sk_X509_free(others) }
        guard let context = X509_STORE_CTX_new() else { throw .draining(.openSSLFailure, memory) }
        defer { X509_STORE_CTX_free(context) }
        for certificate in chain.dropFirst() { _ = COpenSSL_sk_X509_push(others, certificate.pointer) }
        guard X509_STORE_CTX_init(context, store, chain[0].pointer, others) == 1 else {
            throw .draining(.openSSLFailure, memory)
        }
        X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER)
        self = X509_verify_cert(context) == 1 ? Self.trusted(context) : Self.verdict(context)
        // The context refers to all of them until here.
        withExtendedLifetime(chain) {}
        OpenSSLErrorQueue.clear()
    }

    private static func load(_ roots: Roots, into store: OpaquePointer) throws(OpenSSLError) {
        switch roots {
        case .system:
            guard X509_STORE_set_default_paths(store) == 1 else {
                throw .draining(.openSSLFailure, "OpenSSL can't use this machine's trusted roots.")
            }
        case .file(let path):
            guard X509_STORE_load_file(store, path) == 1 else {
                throw .draining(.openSSLFailure, "The file of trusted roots can't be read: \(path)")
            }
        }
    }

    /// By the last of the chain that OpenSSL has followed.
    private static func trusted(_ context: OpaquePointer) -> TLSChainTrust {
        let chain = X509_STORE_CTX_get0_chain(context)
        let root = COpenSSL_sk_X509_value(chain, COpenSSL_sk_X509_num(chain) - 1)
        return .trusted(root: root.map { TLSCertificateInfo.text(X509_get_subject_name($0)) } ?? "?")
    }

    private static func verdict(_ context: OpaquePointer) -> TLSChainTrust {
        let code = X509_STORE_CTX_get_error(context)
        guard let certificate = X509_STORE_CTX_get_current_cert(context) else {
            return .refused(String(cString: X509_verify_cert_error_string(Int(code))))
        }
        let subject = TLSCertificateInfo.text(X509_get_subject_name(certificate))
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
            // OpenSSL looks from the root down, at a signature before its date: of the server's own nothing else is wrong.
            return X509_STORE_CTX_get_error_depth(context) == 0 ? trusted(context) : .outOfDate(subject)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: return .unknownRoot(subject)
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            let issuer = TLSCertificateInfo.text(X509_get_issuer_name(certificate))
            return .missingIssuer(of: subject, issuer: issuer)
        default: return .refused(String(cString: X509_verify_cert_error_string(Int(code))))
        }
    }

    /// Roots in a folder are looked up one by one while a chain is followed, so OpenSSL can't tell whether there are any.
    private static var systemHasRoots: Bool {
        let environment = ProcessInfo.processInfo.environment
        let file = environment["SSL_CERT_FILE"] ?? String(cString: X509_get_default_cert_file())
        let folders = environment["SSL_CERT_DIR"] ?? String(cString: X509_get_default_cert_dir())
        let files = FileManager.default
        return files.fileExists(atPath: file)
            || folders.split(separator: ":").contains { folder in
                (try? files.contentsOfDirectory(atPath: String(folder)))?.isEmpty == false
            }
    }
}
