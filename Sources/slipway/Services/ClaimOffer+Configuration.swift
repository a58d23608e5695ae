internal import SlipwayCore

extension ClaimOffer {
    /// Where containers claim, as configured; nil: they don't. The one place that makes it, so that the doctor finds what
    /// the server would refuse.
    init?(_ configuration: SlipwayConfiguration, _ secrets: SlipwaySecrets) throws {
        guard let origin = configuration.receiver.origin, !secrets.claims.isEmpty else { return nil }
        guard let claimSecrets = ClaimSecrets(secrets.claims.map(\.revealed)) else {
            throw CommandFailure(
                .usage,
                "claims.secrets: one is shorter than \(ClaimSecrets.minimumSecretBytes) characters; make one with "
                    + "openssl rand -hex 32")
        }
        self.init(publicURL: origin, secrets: claimSecrets)
    }
}
