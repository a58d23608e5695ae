internal import SlipwayCore

/// Whether the agents of a profile come online, by what the ledger tells of its newest launches. Pure. It is the proof of the
/// profile's registration form: that `preregistered` works in an organization, the first agent that signs in shows.
struct StartReview {
    /// More than these are not looked at.
    static let launchesMaximum = 20
    /// So many in a row are no accident.
    private static let failuresInRow = 3
    /// What is older may have been mended since: no agent has been started that would show it.
    private static let freshSeconds = 86_400

    let profile: Profile
    /// Newest first.
    let launches: [Launch]
    let now: Timestamp

    /// Those whose agent came online, or that ended because it did not. Others were not needed any more, or are under way.
    private var judged: [Launch] {
        launches.filter { $0.onlineAt != nil || $0.outcome?.kind == .failed }
    }

    var finding: Finding {
        let judged = judged
        guard let newest = judged.first else {
            return .ok(
                "profile \(profile.name), \(form): of its newest launches none is decided yet; slipway launch --profile \(profile.name) --wait "
                    + "shows whether one comes online")
        }
        let online = judged.filter { $0.onlineAt != nil }.count
        if newest.onlineAt != nil {
            return .ok(
                "profile \(profile.name), \(form): \(online) of the last \(judged.count) agents came online, the newest of them too"
            )
        }
        let failures = judged.prefix { $0.onlineAt == nil }.count
        let endedAt = newest.endedAt ?? newest.createdAt
        let isFresh = now < endedAt.adding(seconds: Self.freshSeconds)
        let message =
            "profile \(profile.name), \(form): "
            + (failures == 1
                ? "the newest agent did not come online"
                : "the newest \(failures) agents did not come online, the last of them")
            + " at \(endedAt)\(isFresh ? "" : ", and of none since is it known"): \(newest.outcome?.reason ?? "no reason is known")"
        let mend = "slipway explain \(newest.id)" + (online == 0 && profile.registration == .byClaim ? hint : "")
        guard isFresh, failures >= Self.failuresInRow || online == 0 else { return .warning(message, mend: mend) }
        return .failed(message, mend: mend)
    }

    private var form: String { profile.registration == .byClaim ? "preregistered" : "registered by its container" }

    /// None of them ever came: it may be the form.
    private var hint: String {
        "; if its container's log tells of a refused sign-in, set registration: self in the profile, which every organization takes"
    }
}
