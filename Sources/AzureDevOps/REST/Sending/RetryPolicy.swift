/// Whether a failed call is sent again, and when. One pure function.
struct RetryPolicy: Sendable {
    enum Verdict: Equatable {
        case retry(after: Duration)
        case stop
    }

    var maximumAttempts: Int
    var firstBackoff: Duration
    var longestBackoff: Duration
    /// A longer `Retry-After` is the caller's to wait out.
    var longestWait: Duration

    /// Full jitter: anywhere between nothing and the exponential bound, so that callers that failed together come back
    /// apart.
    ///
    /// - Parameters:
    ///   - attempt: of the call that failed, from 1.
    ///   - random: from 0 up to, not including, 1.
    func verdict(
        _ error: AzureDevOpsError,
        attempt: Int,
        isIdempotent: Bool,
        random: Double
    ) -> Verdict {
        guard isIdempotent, attempt < maximumAttempts, isTransient(error) else { return .stop }
        if let retryAfter = error.retryAfter {
            return retryAfter <= longestWait ? .retry(after: retryAfter) : .stop
        }
        let bound = min(longestBackoff, firstBackoff * (1 << min(attempt - 1, 16)))
        return .retry(after: Duration(seconds: bound.seconds * random))
    }

    private func isTransient(_ error: AzureDevOpsError) -> Bool {
        switch error.code {
        case .timeout, .unreachable, .throttled, .server: true
        default: false
        }
    }
}
