/// What of a profile the launch machine depends on.
public struct LaunchRules: Hashable, Sendable {
    public var deadlines: Deadlines
    /// Rungs of the profile's ladder, at least 1.
    public var rungs: Int
    /// Rungs that are left out at the moment: see `Breaker`.
    public var openRungs: Set<Int>
    /// Rungs that the launch is never put on. Not all of them.
    public var avoidedRungs: Set<Int>

    public init(
        deadlines: Deadlines = Deadlines(), rungs: Int = 1, openRungs: Set<Int> = [], avoidedRungs: Set<Int> = []
    ) {
        self.deadlines = deadlines
        self.rungs = max(1, rungs)
        self.openRungs = openRungs
        self.avoidedRungs = avoidedRungs
    }

    public init(_ profile: Profile, for launch: Launch, openRungs: Set<Int> = []) {
        let placements = profile.placements
        let spot = Set(placements.indices.filter { placements[$0].isSpot })
        let avoided = launch.avoidsSpot == true && spot.count < placements.count ? spot : []
        self.init(deadlines: profile.deadlines, rungs: placements.count, openRungs: openRungs, avoidedRungs: avoided)
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
    /// Where a launch begins: the first rung that isn't left out; if all are, the first.
    var firstRung: Int {
        let rungs = (0..<rungs).filter { !avoidedRungs.contains($0) }
        return rungs.first { !openRungs.contains($0) } ?? rungs.first ?? 0
    }

    /// The next rung down that isn't left out; after the last, the first again.
    func rung(after rung: Int) -> Int {
        let below = (min(rung + 1, rungs)..<rungs).filter { !avoidedRungs.contains($0) }
        return below.first { !openRungs.contains($0) } ?? firstRung
    }

    /// The pause when all rungs there were to try have refused, for the n-th time.
    func pauseSeconds(after refusal: StartRefusal.Class, rounds: Int) -> Int {
        switch refusal {
        case .quota: backoff(rounds, first: 30, limit: 300)
        case .capacity, .unknown, .throttled, .permanent: backoff(rounds, first: 2, limit: 60)
        }
    }
}
