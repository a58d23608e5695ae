internal import SlipwayCore
internal import Synchronization

/// The breakers of the ladders' rungs, for all loops. A start takes them up as the ledger's last word on each rung leaves them.
final class BreakerTable: Sendable {
    private let breakers = Mutex(Breakers())
    /// When a launch was last let through to a rung that is left out.
    private let probed = Mutex<[Placement: Timestamp]>([:])
    private let time: any TimeSource

    init(time: any TimeSource) { self.time = time }

    /// Of a rung's records; it has one of each opening and each closing.
    private static let maximumRecordsRead = 100

    func restore(_ placements: Set<Placement>, from store: any LedgerStore) async throws(StoreError) {
        for (name, placements) in Dictionary(grouping: placements, by: \.name) {
            let records = try await store.newestRecords(about: name, limit: Self.maximumRecordsRead)
            let now = time.now()
            for placement in placements { breakers.withLock { $0.restore(placement, from: records, at: now) } }
        }
    }

    func openRungs(of placements: [Placement]) -> Set<Int> {
        let now = time.now()
        return breakers.withLock { $0.openRungs(of: placements, at: now) }
    }

    /// Whether RunTask may be called on this rung now. Where every rung that there is to try is left out, or was and has not
    /// shown room since, launches can only wait, and a thousand of them would use up the account's quota with calls that are
    /// refused, and leave none of it to profiles that have room: one of them tries every few seconds, so that room is noticed
    /// soon.
    func mayCall(_ rung: Int, of placements: [Placement], besides avoided: Set<Int>) -> Bool {
        let doubtful = breakers.withLock { $0.doubtfulRungs(of: placements) }
        guard doubtful.contains(rung), placements.indices.allSatisfy({ doubtful.contains($0) || avoided.contains($0) })
        else { return true }
        let now = time.now()
        return probed.withLock { probed in
            // A clock that was set back is no reason to wait.
            if let last = probed[placements[rung]], (0..<Self.probeMilliseconds).contains(now.millisecondsSince(last)) {
                return false
            }
            probed[placements[rung]] = now
            return true
        }
    }

    /// A launch that was let through did not call after all: the next one may.
    func notCalled(_ placement: Placement) {
        probed.withLock { $0[placement] = nil }
    }

    private static let probeMilliseconds: Int64 = 5_000

    /// Until when a rung is left out; nil: it isn't.
    func openUntil(_ placement: Placement) -> Timestamp? {
        let now = time.now()
        return breakers.withLock { $0.openUntil(placement, at: now) }
    }

    /// What an answer to RunTask changes, or what became of an agent task, for the ledger; nil: nothing.
    func note(_ event: LaunchEvent, of launch: Launch, _ profile: Profile) -> LedgerEntry? {
        guard !profile.placements.isEmpty else { return nil }
        let now = time.now()
        return breakers.withLock { $0.note(event, on: profile.placements[launch.rung(of: profile)], at: now) }
    }
}
