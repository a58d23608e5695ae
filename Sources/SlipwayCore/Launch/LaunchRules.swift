/// What of a profile the launch machine depends on.
public struct LaunchRules: Hashable, Sendable {
    public var deadlines: Deadlines
    /// Rungs of the profile's ladder, at least 1.
    public var rungs: Int

    public init(deadlines: Deadlines = Deadlines(), rungs: Int = 1) {
        self.deadlines = deadlines
        self.rungs = max(1, rungs)
    }

    public init(_ profile: Profile) {
        self.init(deadlines: profile.deadlines, rungs: profile.placements.count)
    }

    /// A cluster's "I don't know it" and "nothing is started by it" are believed after this long: its API is
    /// eventually consistent (facts of Amazon ECS; AWS names no figure).
    public static let consistencySeconds = 60
    /// Refusals that aren't understood, before the launch is given up.
    public static let maximumUnknownRefusals = 10
    /// An agent that was seen without a job may be stopped for so long, before it is looked at again.
    public static let quiescedSeconds = 10
    /// A job request that its agent no longer holds is believed to have been taken back after so long.
    public static let returnedSeconds = 10
    /// StopTask is called again if the stop has not been observed by then.
    public static let stopRepeatSeconds = 30

    /// After a start the world is looked at for so long before deadlines that passed meanwhile count.
    public static let recoverySeconds = 30
    /// The pause before attempt `attempt + 1`, after a refusal: none while the ladder has another rung to try.
    func pauseSeconds(after refusal: StartRefusal.Class, attempt: Int, failures: Int) -> Int {
        switch refusal {
        case .throttled:
            return Self.backoff(failures, first: 1, limit: 30)
        case .quota:
            return attempt % rungs == 0 ? Self.backoff(attempt / rungs, first: 30, limit: 300) : 0
        case .capacity, .unknown:
            return attempt % rungs == 0 ? Self.backoff(attempt / rungs, first: 2, limit: 60) : 0
        case .permanent:
            return 0
        }
    }

    /// `first`, then twice as long each time, never over `limit`; seconds.
    static func backoff(_ count: Int, first: Int, limit: Int) -> Int {
        min(limit, first << min(max(0, count - 1), 10))
    }
}
