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

/// What is told of things that end, this long before: time enough to replace them.
enum ExpiryNote {
    static let days = 14

    /// Nil: it is too early, or it is over.
    static func of(_ end: Date, at now: Date) -> String? {
        let seconds = end.timeIntervalSince(now)
        guard seconds >= 0, seconds < Double(days) * 86_400 else { return nil }
        let left = Int(seconds / 86_400)
        return
            "it ends on \(end.formatted(.iso8601.year().month().day())), in \(left == 0 ? "less than a day" : left == 1 ? "1 day" : "\(left) days")"
    }
}

extension ReadinessCheck {
    /// That it has ended is a problem, which `certificate` tells.
    static func certificateEnd(
        _ tls: TLSServerContextStore, now: @escaping @Sendable () -> Date = { Date() }
    ) -> ReadinessCheck {
        ReadinessCheck(name: "certificate", isNote: true) {
            tls.current.certificates.first.flatMap { ExpiryNote.of($0.notAfter, at: now()) }.map {
                $0 + ": put a new one into the file receiver.certificate, which is read without a restart"
            }
        }
    }

    /// By what the configuration says: the service doesn't tell. So it never makes the server unready.
    static func tokenEnd(
        _ azureDevOps: SlipwayConfiguration.AzureDevOps, now: @escaping @Sendable () -> Date = { Date() }
    ) -> ReadinessCheck {
        ReadinessCheck(name: "Azure DevOps token", isNote: true) {
            guard let day = azureDevOps.tokenExpires else { return nil }
            let mend = "make a new one, put it in the old one's place, and correct azureDevOps.tokenExpires"
            if day.begin < now() { return "it ended on \(day), as azureDevOps.tokenExpires says: \(mend)" }
            return ExpiryNote.of(day.begin, at: now()).map { "\($0): \(mend)" }
        }
    }
}
