internal import Foundation
internal import OpenSSLNIO
internal import SlipwayConsole

extension TLSServerContextStore {
    /// Why clients refuse the server's certificate at `date`; nil if not for its dates.
    func certificateProblem(at date: Date) -> String? {
        guard let certificate = current.certificates.first else { return nil }
        if date > certificate.notAfter {
            return
                "it expired on \(certificate.notAfter.formatted(.iso8601)), so no hook arrives: put a new one into the "
                + "file receiver.certificate, which is read without a restart"
        }
        if date < certificate.notBefore {
            return "it is not valid before \(certificate.notBefore.formatted(.iso8601)): check this machine's clock"
        }
        return nil
    }
}

extension ReadinessCheck {
    static func certificate(
        _ tls: TLSServerContextStore, now: @escaping @Sendable () -> Date = { Date() }
    ) -> ReadinessCheck {
        ReadinessCheck(name: "certificate") { tls.certificateProblem(at: now()) }
    }
}
