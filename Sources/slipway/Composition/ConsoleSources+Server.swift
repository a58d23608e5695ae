internal import AWSClient
internal import Foundation
internal import OpenSSLNIO
internal import SlipwayConsole
internal import SlipwayCore

extension ConsoleLinks {
    init(_ configuration: SlipwayConfiguration) {
        self.init(
            organization: configuration.azureDevOps.organization, region: configuration.aws.region,
            isAWS: configuration.aws.endpoint == nil)
    }
}

extension Expiry {
    /// What ends at a known instant: the receiver's certificate, credentials of AWS that are lent for a while, and the token or
    /// client secret for Azure DevOps, of which the configuration may tell: the service does so only in its own settings.
    static func known(
        _ configuration: SlipwayConfiguration, _ tls: TLSServerContextStore, _ backends: Backends
    ) -> [Expiry] {
        var expiries: [Expiry] = []
        if let certificate = tls.current.certificates.first {
            expiries.append(Expiry(name: "certificate", at: Timestamp(certificate.notAfter)))
        }
        if let day = configuration.azureDevOps.tokenExpires {
            expiries.append(Expiry(name: "Azure DevOps token", at: Timestamp(day.begin)))
        }
        if let expiration = backends.aws.credentialsExpiration {
            expiries.append(Expiry(name: "AWS credentials, which are renewed by themselves", at: Timestamp(expiration)))
        }
        return expiries
    }
}
