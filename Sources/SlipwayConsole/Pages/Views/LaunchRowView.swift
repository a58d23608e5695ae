internal import SlipwayCore

/// A launch in a list.
struct LaunchRowView: Sendable {
    var id: String
    var state: String
    var pool: String
    var profile: String
    var origin: String
    var why: String
    var made: ShownTime
    var since: ShownTime

    init(_ launch: Launch, _ poolNames: [PoolID: String], at now: Timestamp) {
        id = launch.id.rawValue
        state = launch.shownState
        pool = poolNames.name(of: launch.pool)
        profile = launch.profile
        origin = launch.jobOrigin.shown
        why = launch.shownReason
        made = ShownTime(launch.createdAt, at: now)
        since = ShownTime(launch.stateSince, at: now)
    }
}
