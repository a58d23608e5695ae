internal import COpenSSL

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What an operator wants to know about a certificate in use.
public struct TLSCertificateInfo: Hashable, Sendable {
    /// The subject as an RFC 2253 name, for example `CN=slipway.example.com`.
    public let subject: String
    /// The issuer as an RFC 2253 name.
    public let issuer: String
    /// The DNS names that the certificate is good for, as written in it: wildcards included.
    public let dnsNames: [String]
    public let notBefore: Date
    public let notAfter: Date
    /// SHA-256 of the whole certificate, in lower-case hex. Tells whether a reload has brought another one.
    public let sha256Fingerprint: String

    /// Whether clients refuse the certificate at `date` because of its dates.
    public func isOutsideValidity(at date: Date) -> Bool {
        date < notBefore || date > notAfter
    }
}

extension TLSCertificateInfo {
    init(_ certificate: X509Certificate) {
        let pointer = certificate.pointer
        self.init(
            subject: Self.text(X509_get_subject_name(pointer)),
            issuer: Self.text(X509_get_issuer_name(pointer)),
            dnsNames: Self.dnsNames(pointer),
            notBefore: Self.date(X509_get0_notBefore(pointer)),
            notAfter: Self.date(X509_get0_notAfter(pointer)),
            sha256Fingerprint: Self.fingerprint(pointer)
        )
    }

    /// A name by RFC 2253.
    static func text(_ name: OpaquePointer?) -> String {
        // Without the masking of bytes above 127, so that names in UTF-8 stay readable.
        let flags = COpenSSL_XN_FLAG_RFC2253 & ~CUnsignedLong(ASN1_STRFLGS_ESC_MSB)
        return MemoryBIO.writing { bio in X509_NAME_print_ex(bio, name, 0, flags) }
    }

    private static func dnsNames(_ certificate: OpaquePointer) -> [String] {
        guard let names = COpenSSL_X509_get_subject_alt_names(certificate) else { return [] }
        defer { GENERAL_NAMES_free(names) }
        return (0..<COpenSSL_sk_GENERAL_NAME_num(names)).compactMap { index in
            guard let name = COpenSSL_GENERAL_NAME_get_dns(names, index) else { return nil }
            let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(name), count: Int(ASN1_STRING_length(name)))
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// A time that can't be read counts as long past: better a false alarm than none.
    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date {
        guard let epoch = ASN1_TIME_set(nil, 0) else { return .distantPast }
        defer { ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return .distantPast }
        return Date(timeIntervalSince1970: Double(days) * 86_400 + Double(seconds))
    }

    private static func fingerprint(_ certificate: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard X509_digest(certificate, EVP_sha256(), &digest, &count) == 1 else { return "" }
        return digest.prefix(Int(count)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
