internal import SlipwayCore
internal import Synchronization

/// The pools whose id is known, with their policy and port. A pool is entered once its name has been resolved.
final class PoolDirectory: Sendable {
    struct Entry: Sendable {
        var policy: PoolPolicy
        var whenInterrupted: WhenInterrupted
        var port: any AgentPoolPort
    }

    let breakers: BreakerTable
    private let configuredCount: Int
    private let entries = Mutex<[PoolID: Entry]>([:])
    private let problems = Mutex<[String: String]>([:])
    private let unreadable = Mutex<[String: String]>([:])
    private let readAt = Mutex<[PoolID: Timestamp]>([:])
    private let sights = Mutex<[PoolID: PoolSight]>([:])

    init(configuredCount: Int, breakers: BreakerTable) {
        self.configuredCount = configuredCount
        self.breakers = breakers
    }

    /// Whether it is known what a pool is: one of the configured, or, once all of these are known, none. Until then
    /// nothing may be concluded about its launches: a recovered one would lose its profile.
    func isSettled(_ id: PoolID) -> Bool {
        entries.withLock { $0[id] != nil || $0.count >= configuredCount }
    }

    subscript(id: PoolID) -> Entry? { entries.withLock { $0[id] } }

    var known: [Entry] { entries.withLock { $0.values.sorted { $0.policy.id.rawValue < $1.policy.id.rawValue } } }

    func enter(_ entry: Entry) { entries.withLock { $0[entry.policy.id] = entry } }

    var names: [PoolID: String] { entries.withLock { $0.mapValues(\.policy.name) } }

    /// Why a pool, by its name, can't be served at the moment; nil when it can.
    func setProblem(_ problem: String?, of pool: String) { problems.withLock { $0[pool] = problem } }
    func problem(of pool: String) -> String? {
        problems.withLock { $0[pool] } ?? unreadable.withLock { $0[pool] }
    }

    /// Why a pool's registrations can't be read, while its job requests can; nil when they can.
    func setUnreadable(_ problem: String?, of pool: String) { unreadable.withLock { $0[pool] = problem } }

    /// When the job requests that were last read were asked for; nil: they were not read yet.
    func jobRequestsReadAt(of pool: PoolID) -> Timestamp? { readAt.withLock { $0[pool] } }
    func jobRequestsRead(of pool: PoolID, askedAt: Timestamp) { readAt.withLock { $0[pool] = askedAt } }

    /// The pool's registrations were read, as asked for at `lookedAt`, and what they told is committed.
    func registrationsRead(of pool: PoolID, lookedAt: Timestamp) {
        sights.withLock { $0[pool, default: PoolSight()].read(lookedAt: lookedAt) }
    }
    func sight(of pool: PoolID) -> PoolSight { sights.withLock { $0[pool] ?? PoolSight() } }

    func profile(of launch: Launch) -> Profile? { self[launch.pool]?.policy.profile(named: launch.profile) }

    /// A launch whose profile is no longer configured lives on by the default rules until it is gone.
    func rules(for launch: Launch) -> LaunchRules {
        guard let profile = profile(of: launch) else { return LaunchRules() }
        return LaunchRules(profile, for: launch, openRungs: breakers.openRungs(of: profile.placements))
    }
}
