internal import SlipwayCore
internal import Synchronization

/// The breakers of the ladders' rungs, for all loops. They begin closed at each start: the first refusals tell again.
final class BreakerTable: Sendable {
    private let breakers = Mutex(Breakers())
    private let time: any TimeSource

    init(time: any TimeSource) { self.time = time }

    func openRungs(of placements: [Placement]) -> Set<Int> {
        let now = time.now()
        return breakers.withLock { $0.openRungs(of: placements, at: now) }
    }

    /// What an answer to RunTask changes, for the ledger; nil: nothing.
    func note(_ event: LaunchEvent, of launch: Launch, _ profile: Profile) -> LedgerEntry? {
        guard !profile.placements.isEmpty else { return nil }
        let now = time.now()
        return breakers.withLock { $0.note(event, on: profile.placements[launch.rung(of: profile)], at: now) }
    }
}
