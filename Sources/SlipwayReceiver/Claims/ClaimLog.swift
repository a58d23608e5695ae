internal import Logging
internal import SlipwayCore

/// What the claim endpoint says to the operator, at a limited rate. Never a code, nor anything of a key.
struct ClaimLog: Sendable {
    let logger: Logger
    private let strangers = LogLimiter()
    private let refusals = LogLimiter()

    init(logger: Logger) {
        self.logger = logger
    }

    /// After a code was used twice, this tells who came first.
    func granted(_ claim: AgentClaim) {
        logger.info(
            "Claim granted",
            metadata: ["launch.id": "\(claim.launch)", "source": "\(claim.source)", "key": "\(claim.key.fingerprint)"])
    }

    func unauthorized(_ peer: Peer, atMilliseconds now: Int64) {
        guard let suppressed = strangers.admit(atMilliseconds: now) else { return }
        logger.warning(
            """
            Claim refused: its code is not ours. After claims.secrets was changed, keep the old one as the second entry until \
            the containers that were started with it are up
            """,
            metadata: ["source": "\(peer.address)", "suppressed": "\(suppressed)"])
    }

    func refused(_ refusal: ClaimRefusal, _ claim: AgentClaim, _ peer: Peer, atMilliseconds now: Int64) {
        guard let suppressed = refusals.admit(atMilliseconds: now) else { return }
        logger.warning(
            "Claim refused",
            metadata: [
                "launch.id": "\(claim.launch)", "attempt": "\(claim.attempt)", "reason": "\(refusal.reason)",
                "source": "\(peer.address)", "suppressed": "\(suppressed)",
            ])
    }
}
