internal import SlipwayCore

/// A pool on the first page.
struct OverviewPoolView: Sendable {
    struct Profile: Sendable {
        var pool: String
        var name: String
        /// `?` where it isn't known.
        var waiting: String
        var starting: Int
        var online: Int
        var busy: Int
        var leaving: Int
        var maximum: Int
        /// To be online without a job; nil: none.
        var warm: Int?
        var rungs: [Rung]
        /// Who paused it and why; nil: it is served.
        var paused: String?
        var isPaused: Bool
        var forms: OrderForms?
        var launchesHref: String
    }

    struct Rung: Sendable {
        var name: String
        /// Until when it is left out; nil: it is tried.
        var leftOut: String?
        var isLeftOut: Bool
    }

    var name: String
    var href: String?
    var isLink: Bool
    var problem: String?
    var read: ShownTime?
    var profiles: [Profile]

    init(
        _ pool: LiveState.Pool, _ holds: OperatorHolds, _ forms: OrderForms?, _ links: ServiceLinks, at now: Timestamp
    ) {
        name = pool.name
        href = pool.id.flatMap(links.pool)
        isLink = href != nil
        problem = [pool.problem, pool.placeholderNote].compactMap { $0 }.first
        read = pool.readAt.map { ShownTime($0, at: now) }
        profiles = pool.profiles.map { profile in
            let hold = holds.paused[ProfileKey(pool: pool.name, profile: profile.name)]
            return Profile(
                pool: pool.name, name: profile.name, waiting: pool.isWaitingKnown ? "\(profile.waiting)" : "?",
                starting: profile.starting,
                online: profile.online, busy: profile.busy, leaving: profile.leaving, maximum: profile.maximumAgents,
                warm: profile.warm > 0 ? profile.warm : nil,
                rungs: profile.rungs.map {
                    Rung(
                        name: $0.placement, leftOut: $0.leftOutUntil.map { ShownTime($0, at: now).age },
                        isLeftOut: $0.leftOutUntil != nil)
                }, paused: hold.map { "by \($0.by)" + ($0.reason.map { ": \($0)" } ?? "") }, isPaused: hold != nil,
                forms: forms,
                launchesHref: PageLink.to(
                    "/launches", [("pool", pool.id.map { "\($0)" }), ("profile", profile.name), ("state", "open")]))
        }
    }
}

/// A job request that waits, on the first page.
struct OverviewWaitingView: Sendable {
    var request: Int64
    var pool: String
    var profile: String
    var origin: String
    var queued: ShownTime?
    var decision: String
    var reason: String
    /// The launches that are on their way for it.
    var launchesHref: String

    static let maximum = 50

    init(_ job: LiveState.WaitingJob, _ pool: String, at now: Timestamp) {
        request = job.request.rawValue
        self.pool = pool
        profile = job.profile ?? "none"
        origin = job.origin.shown
        queued = job.queuedAt.map { ShownTime($0, at: now) }
        decision = job.decision ?? "new"
        reason = job.reason ?? "it is about to be planned"
        launchesHref = PageLink.to("/launches", [("request", "\(job.request)")])
    }
}

/// The launches of each minute, as bars.
struct SparkView: Sendable {
    struct Bar: Sendable {
        var x: Int
        var y: Int
        var height: Int
    }

    var bars: [Bar]
    var text: String

    static let height = 40

    /// Nil for nothing to show.
    init?(_ counts: [Int]) {
        guard let highest = counts.max(), highest > 0 else { return nil }
        bars = counts.enumerated().map { index, count in
            let height = count == 0 ? 0 : max(1, count * Self.height / highest)
            return Bar(x: index * 10, y: Self.height - height, height: height)
        }
        text = "Launches of each of the last \(counts.count) minutes; at most \(highest) in one"
    }
}
