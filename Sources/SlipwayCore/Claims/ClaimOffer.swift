/// Where containers claim, and what makes their codes.
public struct ClaimOffer: Sendable {
    /// The receiver's public address, without a slash at its end.
    public let publicURL: String
    public let secrets: ClaimSecrets

    /// Before the launch's id in a claim's path.
    public static let pathPrefix = "/claims/"

    public init(publicURL: String, secrets: ClaimSecrets) {
        self.publicURL = publicURL
        self.secrets = secrets
    }

    /// What the container of one call of RunTask is told, as environment variables.
    func environment(launch: LaunchID, attempt: Int) -> [String: String] {
        [
            "SLIPWAY_CLAIM_URL": publicURL + Self.pathPrefix + launch.rawValue,
            "SLIPWAY_CLAIM_CODE": secrets.code(launch: launch, attempt: attempt),
        ]
    }
}
