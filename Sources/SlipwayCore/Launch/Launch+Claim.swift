/// How its container claims its registration.
extension Launch {
    /// Why a claim with a valid code is refused; nil: it may be granted.
    public func refusal(of claim: AgentClaim) -> ClaimRefusal? {
        if let earlier = self.claim, earlier.attempt == claim.attempt, earlier.key != claim.key.fingerprint {
            return .used
        }
        switch state {
        case .starting, .pending: break
        case .planned, .online, .busy, .finished, .cleaning, .closed: return .late
        }
        let isOfThisAttempt = claim.attempt == attempt && (self.claim.map { $0.attempt == claim.attempt } ?? true)
        return isOfThisAttempt ? nil : .otherAgentTask
    }

    mutating func claimed(_ claim: AgentClaim, _ now: Timestamp) {
        guard refusal(of: claim) == nil, self.claim?.credentials == nil else { return }
        var known =
            self.claim ?? LaunchClaim(attempt: claim.attempt, key: claim.key.fingerprint, claimedAt: now)
        known.askedAt = now
        self.claim = known
    }

    mutating func claimReplaces(_ now: Timestamp) {
        guard let claim, claim.credentials == nil, claim.mayReplace(at: now) else { return }
        switch state {
        case .starting, .pending: break
        case .planned, .online, .busy, .finished, .cleaning, .closed: return
        }
        self.claim?.askedAt = now
        self.claim?.replacedAt = now
    }

    mutating func claimAnswered(_ credentials: AgentCredentials) {
        guard isOpen, claim != nil else { return }
        claim?.askedAt = nil
        claim?.replacedAt = nil
        claim?.credentials = credentials
        agent = credentials.agent
    }

    /// Whether the pool did it after all isn't known, so it is still expected for a while.
    mutating func claimFailed(_ why: String, _ now: Timestamp) {
        guard isOpen, claim != nil else { return }
        claim?.askedAt = nil
        claim?.failedAt = now
        if claim?.replacedAt != nil { claim?.replacedAt = now }
        lastProblem = why
    }

    /// Two containers with one code: one of them is not ours, and nobody knows which. While neither has a job, neither
    /// gets one; one that is at work is left alone, and a code that is used later opens nothing.
    mutating func claimMisused(_ now: Timestamp) {
        guard isOpen, claim != nil, claim?.misusedAt == nil else { return }
        claim?.misusedAt = now
        lastProblem = CleaningCause.claimMisused.outcome.reason
        switch state {
        case .starting, .pending, .online: clean(.claimMisused, now, agentTaskGone: false)
        case .planned, .busy, .finished, .cleaning, .closed: return
        }
    }
}
