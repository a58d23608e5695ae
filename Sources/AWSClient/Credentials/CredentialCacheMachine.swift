internal import Foundation

/// Decides when cached credentials are used and when they are renewed. Pure.
struct CredentialCacheMachine: Sendable {
    /// Before the end, a refresh runs in the background and may fail. Seconds.
    static let advisorySeconds = 900.0
    /// Before the end, callers wait for a refresh. Seconds.
    static let mandatorySeconds = 600.0
    /// After a background refresh failed, the next one waits this long. Seconds.
    static let advisoryPauseSeconds = 60.0

    enum Action: Equatable, Sendable {
        case use(AWSCredentials)
        /// Use these, and start a refresh in the background.
        case useAndRefresh(AWSCredentials)
        /// Start a refresh and wait for it.
        case refreshAndWait
        /// A refresh is under way: wait for it.
        case wait
    }

    private struct Held {
        var credentials: AWSCredentials
        var obtainedAt: Date
        /// No background refresh before.
        var refreshNotBefore: Date?
    }

    private var held: Held?
    private var isRefreshing = false

    mutating func ask(at now: Date) -> Action {
        guard let held, !Self.isMandatory(held, at: now) else {
            defer { self.isRefreshing = true }
            return self.isRefreshing ? .wait : .refreshAndWait
        }
        guard Self.isAdvisory(held, at: now), !self.isRefreshing, now >= held.refreshNotBefore ?? now else {
            return .use(held.credentials)
        }
        self.isRefreshing = true
        return .useAndRefresh(held.credentials)
    }

    /// Notes how a refresh ended, and gives what those who wait for it get: credentials that have ended already are a
    /// failure too.
    mutating func refreshed(
        _ result: Result<AWSCredentials, any Error>, source: String, at now: Date
    ) -> Result<AWSCredentials, any Error> {
        self.isRefreshing = false
        let outcome = result.flatMap { credentials -> Result<AWSCredentials, any Error> in
            guard let expiration = credentials.expiration, expiration <= now else { return .success(credentials) }
            return .failure(
                CredentialError(
                    .failed, source: source,
                    reason: "it gave credentials that have expired already",
                    mend: "Renew them at their source, and check this machine's clock."
                )
            )
        }
        switch outcome {
        case .success(let credentials):
            self.held = Held(credentials: credentials, obtainedAt: now)
        case .failure:
            self.held?.refreshNotBefore = now + Self.advisoryPauseSeconds
        }
        return outcome
    }

    mutating func invalidate(_ rejected: AWSCredentials) {
        if let held, held.credentials.isSameKey(as: rejected) { self.held = nil }
    }

    private static func isAdvisory(_ held: Held, at now: Date) -> Bool {
        remaining(held, at: now).map { $0 <= min(advisorySeconds, lifetime(held) / 2) } ?? false
    }

    private static func isMandatory(_ held: Held, at now: Date) -> Bool {
        remaining(held, at: now).map { $0 <= min(mandatorySeconds, lifetime(held) / 3) } ?? false
    }

    private static func remaining(_ held: Held, at now: Date) -> Double? {
        held.credentials.expiration?.timeIntervalSince(now)
    }

    /// What was left when they came. The windows shrink with it: a role session of the shortest kind lasts a quarter of
    /// an hour, and would otherwise be renewed with every call.
    private static func lifetime(_ held: Held) -> Double {
        held.credentials.expiration?.timeIntervalSince(held.obtainedAt) ?? 0
    }
}
