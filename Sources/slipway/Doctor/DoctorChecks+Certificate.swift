internal import Foundation
internal import OpenSSLNIO
internal import SlipwayCore

/// What the server shows to Azure DevOps and to containers.
extension DoctorChecks {
    var certificateCheck: DoctorCheck {
        let receiver = configuration.receiver
        return DoctorCheck(
            name: "certificate", timeLimitSeconds: 5,
            mend: "openssl x509 -in \(receiver.certificate) -noout -subject -dates"
        ) {
            let facts = try await services.certificate(receiver.certificate, receiver.privateKey)
            return [
                .ok("\(facts.subject): chain of \(facts.chainLength), and the key belongs to it"),
                trust(facts.trust), expiry(facts, at: services.now()),
            ] + nameFindings(facts)
        }
    }

    /// By the roots that this machine trusts, which are much the same as Azure DevOps'. Only warnings: a load balancer may
    /// show them a certificate of its own.
    private func trust(_ trust: TLSChainTrust) -> Finding {
        let file = configuration.receiver.certificate
        let consequence = "Azure DevOps and containers refuse it, unless a load balancer shows them another one"
        switch trust {
        case .trusted(let root): return .ok("the chain leads to \(root), which this machine trusts")
        case .outOfDate(let issuer):
            return .warning(
                "the certificate of \(issuer) in the chain is over, or not valid yet: \(consequence)",
                mend:
                    "put the authority's present chain into \(file); where it is a root of this machine, update ca-certificates"
            )
        case .noRoots:
            return .warning(
                "whether the chain leads to a trusted root can't be told: this machine has no trusted roots",
                mend: "install the package ca-certificates")
        case .selfSigned:
            return .warning(
                "the certificate is its own issuer: \(consequence)",
                mend: "get one that the public trusts, such as from Let's Encrypt")
        case .unknownRoot(let root):
            return .warning(
                "the chain ends in \(root), which this machine does not trust: \(consequence)",
                mend: "get one that the public trusts, such as from Let's Encrypt")
        case .missingIssuer(let subject, let issuer):
            return .warning(
                "the chain ends with \(subject), and its issuer \(issuer) is neither in the file nor trusted: \(consequence)",
                mend: "append the certificate of \(issuer) to \(file), as the authority's full chain has it")
        case .refused(let reason):
            return .warning(
                "the chain is refused, \(reason): \(consequence)",
                mend: "openssl verify -show_chain -untrusted \(ShellWord.quoted(file)) \(ShellWord.quoted(file))")
        }
    }

    private func expiry(_ facts: CertificateFacts, at now: Date) -> Finding {
        let mend = "put a new certificate into \(configuration.receiver.certificate): it is read without a restart"
        let day = facts.notAfter.formatted(.iso8601.year().month().day())
        let days = Int((facts.notAfter.timeIntervalSince(now) / 86_400).rounded(.down))
        if now < facts.notBefore {
            return .failed(
                "the certificate is not valid before \(facts.notBefore.formatted(.iso8601))", mend: "timedatectl status"
            )
        }
        if now > facts.notAfter { return .failed("the certificate expired on \(day)", mend: mend) }
        if days < 30 { return .warning("the certificate expires in \(days) days, on \(day)", mend: mend) }
        return .ok("the certificate is valid until \(day)")
    }

    /// Azure DevOps checks the name like any client. A wildcard stands for one label.
    private func nameFindings(_ facts: CertificateFacts) -> [Finding] {
        guard let host = configuration.receiver.publicURL.flatMap({ URLComponents(string: $0)?.host?.lowercased() })
        else { return [] }
        let parent = host.split(separator: ".", maxSplits: 1).last.map { "*.\($0)" }
        let names = facts.dnsNames.map { $0.lowercased() }
        if names.contains(host) || parent.map(names.contains) == true { return [.ok("the certificate names \(host)")] }
        return [
            .failed(
                "the certificate names \(facts.dnsNames.joined(separator: ", ")), not \(host) of receiver.publicURL",
                mend: "get a certificate for \(host), or correct receiver.publicURL")
        ]
    }
}
