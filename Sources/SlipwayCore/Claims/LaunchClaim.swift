/// The claim of a launch's agent, as the store knows it.
public struct LaunchClaim: Hashable, Codable, Sendable {
    /// The call of RunTask whose container claimed.
    public internal(set) var attempt: Int
    /// The key's fingerprint. The same key again is the same claim.
    public internal(set) var key: String
    public internal(set) var claimedAt: Timestamp
    /// Since when the pool is being asked for the registration; nil: it isn't.
    public internal(set) var askedAt: Timestamp?
    /// When such a question last ended without an answer: what it asked for may appear for a while yet.
    public internal(set) var failedAt: Timestamp?
    /// When the pool was last asked to give an earlier registration this key without its answer being known. A second time
    /// too soon, and the first could arrive after its agent has come, and take its credentials away.
    public internal(set) var replacedAt: Timestamp?
    /// The pool's answer: an equal claim gets it again, and the pool isn't asked a second time.
    public internal(set) var credentials: AgentCredentials?
    /// When somebody used the code with another key.
    public internal(set) var misusedAt: Timestamp?

    /// Whether a registration that the pool was asked for may still appear. While it is being asked, nobody knows for how
    /// long: see `EffectRunner`.
    func mayStillRegister(_ now: Timestamp) -> Bool {
        Self.isRecent(askedAt, now) || Self.isRecent(failedAt, now)
    }

    /// Whether the pool may be asked: a container that repeats its claim makes a pause, and nobody else has to be heard.
    public func mayAsk(at now: Timestamp) -> Bool {
        failedAt.map { now.millisecondsSince($0) >= Self.leastPauseMilliseconds } ?? true
    }

    private static let leastPauseMilliseconds: Int64 = 1_000

    /// Whether the key of a registration may be replaced now.
    public func mayReplace(at now: Timestamp) -> Bool { !Self.isRecent(replacedAt, now) }

    private static func isRecent(_ at: Timestamp?, _ now: Timestamp) -> Bool {
        at.map { now < $0.adding(seconds: LaunchRules.consistencySeconds) } ?? false
    }
}
