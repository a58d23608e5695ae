import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct BreakerTableTests {
    private let time = ManualTime()
    private let profile = Harness.profile()

    /// With every rung left out.
    private func closedTable() -> BreakerTable {
        let table = BreakerTable(time: time)
        let launch = Launch(
            id: LaunchID(
                organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: PoolID(rawValue: 12),
                request: JobRequestID(rawValue: 1), ordinal: 1),
            pool: PoolID(rawValue: 12), profile: "small", request: JobRequestID(rawValue: 1), ordinal: 1,
            origin: JobOrigin(), reason: "", createdAt: time.now())
        let refusal = LaunchEvent.startRefused(StartRefusal(kind: .capacity, message: "no room"))
        for placement in profile.placements {
            var single = profile
            single.placements = [placement]
            for _ in 0..<3 { _ = table.note(refusal, of: launch, single) }
        }
        return table
    }

    @Test func oneLaunchTriesARungWhileAllAreLeftOut() {
        let table = closedTable()
        #expect(table.openRungs(of: profile.placements) == [0, 1])
        #expect(table.mayCall(0, of: profile.placements, besides: []))
        #expect(!table.mayCall(0, of: profile.placements, besides: []))
        #expect(table.mayCall(1, of: profile.placements, besides: []))
        time.advance(milliseconds: 5_000)
        #expect(table.mayCall(0, of: profile.placements, besides: []))
    }

    @Test func whatDidNotCallHasNotTried() {
        let table = closedTable()
        #expect(table.mayCall(0, of: profile.placements, besides: []))
        table.notCalled(profile.placements[0])
        #expect(table.mayCall(0, of: profile.placements, besides: []))
    }
}
