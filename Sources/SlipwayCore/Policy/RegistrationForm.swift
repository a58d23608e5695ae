/// How an agent comes into the pool.
public enum RegistrationForm: String, Hashable, Sendable, CaseIterable {
    /// The container runs `config.sh` with the organization's token, which it has from the task definition's `secrets`. The
    /// documented way, and the only one on Windows.
    case byContainer = "self"
    /// The container claims: Slipway registers the agent with the key that the container made. No token of the organization
    /// comes near a job.
    case byClaim = "preregistered"
}
