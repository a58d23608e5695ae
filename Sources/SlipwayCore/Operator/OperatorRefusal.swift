/// Why an order is not carried out.
public struct OperatorRefusal: Error, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case noSuchLaunch
        case noSuchProfile
        /// Its agent has a job, and nothing was said of force.
        case busy
        /// It has ended, or is ending.
        case over
        case notRetryable
        case reasonNeeded
        /// The store did not take it.
        case unavailable
    }

    public var code: Code
    /// For the operator: why, and what to do.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public static func noLaunch(_ id: LaunchID) -> OperatorRefusal {
        OperatorRefusal(.noSuchLaunch, "there is no launch \(id)")
    }

    public static let tooMany = OperatorRefusal(
        .unavailable, "too many orders wait for the store, so nothing was done; try again")

    /// The error itself is for the log.
    public static func notStored(_ error: any Error) -> OperatorRefusal {
        OperatorRefusal(
            .unavailable, "the store did not take it, so nothing was done; try again, the server's log says why")
    }
}

/// What was done.
public struct OperatorReceipt: Hashable, Sendable {
    /// In a person's words.
    public var message: String
    /// Nothing had to be done: it was so already.
    public var wasSo: Bool

    public init(_ message: String, wasSo: Bool = false) {
        self.message = message
        self.wasSo = wasSo
    }
}

extension OperatorOrder {
    /// Why it can't be carried out whatever the state: it names a profile that there isn't.
    public func refusal(knowing profiles: [ProfileKey]) -> OperatorRefusal? {
        switch action {
        case .pauseProfile(let key) where !profiles.contains(key),
            .resumeProfile(let key) where !profiles.contains(key):
            let known = profiles.prefix(20).map { "\($0.pool)/\($0.profile)" }.joined(separator: ", ")
            return OperatorRefusal(
                .noSuchProfile, "there is no profile with this name in a pool with this one; there are \(known)")
        case .drain, .resume, .pauseProfile, .resumeProfile, .stopLaunch, .retryLaunch: return nil
        }
    }

    /// What to answer where nothing has to be done; nil: something has.
    public func alreadySo(_ holds: OperatorHolds) -> String? {
        switch action {
        case .drain where holds.drain != nil: "Slipway is drained already"
        case .resume where holds.drain == nil: "Slipway was not drained"
        case .pauseProfile(let key) where holds.paused[key] != nil: "profile \(key.profile) is paused already"
        case .resumeProfile(let key) where holds.paused[key] == nil: "profile \(key.profile) was not paused"
        case .drain, .resume, .pauseProfile, .resumeProfile, .stopLaunch, .retryLaunch: nil
        }
    }

    /// What to answer to a retry where nothing has to be done; nil: something has.
    /// - Parameters:
    ///   - failures: of its job request, as they count now.
    ///   - forgiven: by the newest retry; nil: there is none.
    public func alreadyRetried(failures: Int, forgiven: Int?) -> String? {
        guard case .retryLaunch(let id) = action, forgiven == failures else { return nil }
        return "the job request of launch \(id) is being tried again already, and has not failed since"
    }

    /// What was done, in a person's words.
    public var done: String {
        switch action {
        case .drain: "Slipway is drained: no new launches are made; what is under way goes on"
        case .resume: "new launches are made again"
        case .pauseProfile(let key): "profile \(key.profile) of pool \(key.pool) is paused: its job requests wait"
        case .resumeProfile(let key): "profile \(key.profile) of pool \(key.pool) is served again"
        case .stopLaunch(let id, false):
            "launch \(id) is being stopped; if its job request still waits, another is made"
        case .stopLaunch(let id, true): "launch \(id) is being stopped by force; a job that it had is lost"
        case .retryLaunch(let id): "the job request of launch \(id) is tried again, if it still waits"
        }
    }
}
