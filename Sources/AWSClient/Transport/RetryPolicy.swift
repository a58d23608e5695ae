/// Decides after a failed attempt: wait and send again, mend something first, or stop. Pure: error, attempt and chance
/// in, decision out. The bucket that limits retries across calls is asked by the caller with the decision's cost.
struct RetryPolicy: Sendable {
    /// Attempts of one call, the first included. Mending credentials or the clock adds at most one each.
    var attemptsMaximum = 3
    /// Upper bound of the first pause after a transient failure, doubled for each further one. Seconds.
    var transientBaseSeconds = 0.05
    /// The same after a throttle: the bucket on the other side needs time to fill.
    var throttleBaseSeconds = 1.0
    /// No pause is longer, whatever the attempt; a pause that the service asked for may be longer by
    /// `retryAfterSlackSeconds`.
    var pauseMaximumSeconds = 20.0
    var retryAfterSlackSeconds = 5.0

    /// - Parameters:
    ///   - attempt: number of the attempt that failed, from 1.
    ///   - isRepeatable: whether a second execution would do no harm: a read, or a call with a client token.
    ///   - mended: what was mended already during this call.
    ///   - random: uniform in 0..<1; full jitter, so that clients that failed together do not come back together.
    func decide(
        after error: AWSError, attempt: Int, isRepeatable: Bool, mended: Set<Remedy>, random: Double
    ) -> RetryDecision {
        if let offset = error.clockOffsetSeconds {
            return mended.contains(.clock) ? .stop(.alreadyMended) : .correctClock(offsetSeconds: offset)
        }
        if ErrorClassifier.mayHealWithFreshCredentials(error.code) {
            return mended.contains(.credentials) ? .stop(.alreadyMended) : .renewCredentials
        }
        guard error.classification == .throttle || error.classification == .transient else {
            return .stop(.notRetryable)
        }
        if error.isOutcomeUnknown && !isRepeatable { return .stop(.outcomeUnknown) }
        if attempt >= self.attemptsMaximum { return .stop(.attemptsUsedUp) }
        return .wait(
            pause(after: error, attempt: attempt, random: random),
            cost: error.code == .timedOut ? RetryBudget.timeoutCost : RetryBudget.retryCost
        )
    }

    private func pause(after error: AWSError, attempt: Int, random: Double) -> Duration {
        let base = error.classification == .throttle ? self.throttleBaseSeconds : self.transientBaseSeconds
        let ceiling = min(base * Double(1 << min(attempt - 1, 16)), self.pauseMaximumSeconds)
        let jittered = Duration.seconds(random * ceiling)
        guard let asked = error.retryAfter else { return jittered }
        return min(max(asked, jittered), jittered + .seconds(self.retryAfterSlackSeconds))
    }
}

/// What can be mended between two attempts, once per call each.
enum Remedy: Hashable, Sendable, CaseIterable {
    case credentials
    case clock
}

enum RetryDecision: Hashable, Sendable {
    /// Pause, then send again, if the bucket gives `cost`.
    case wait(Duration, cost: Int)
    /// Drop the cached credentials and send again at once with new ones, if they differ.
    case renewCredentials
    /// Remember the difference of the clocks and send again at once.
    case correctClock(offsetSeconds: Double)
    case stop(Reason)

    enum Reason: Hashable, Sendable {
        case notRetryable
        case outcomeUnknown
        case attemptsUsedUp
        case alreadyMended
        case bucketEmpty
    }
}

/// The retry quota of one client: when much fails, retries stop before they make it worse. The numbers are those of
/// AWS's standard retry mode. A value: the client holds it under a lock.
struct RetryBudget: Hashable, Sendable {
    static let capacity = 500
    static let retryCost = 5
    /// A timeout costs more: it held a connection for its whole time.
    static let timeoutCost = 10
    static let successReward = 1

    private(set) var available = RetryBudget.capacity

    /// Takes `cost`, or nothing when less is left.
    mutating func withdraw(_ cost: Int) -> Bool {
        guard self.available >= cost else { return false }
        self.available -= cost
        return true
    }

    /// Notes a success: gives back what the call's last retry took, or one when it took none.
    mutating func recordSuccess(lastRetryCost: Int?) {
        self.available = min(Self.capacity, self.available + (lastRetryCost ?? Self.successReward))
    }
}
