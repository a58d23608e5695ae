import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct BreakerTableTests {
    private let time = ManualTime()
    private let profile = Harness.profile()

    /// With every rung left out.
    private func closedTable() -> BreakerTable {
        let table = BreakerTable(time: time)
        let refusal = LaunchEvent.startRefused(StartRefusal(kind: .capacity, message: "no room"))
        for placement in profile.placements { for _ in 0..<3 { note(refusal, on: placement, in: table) } }
        return table
    }

    private func note(_ event: LaunchEvent, on placement: Placement, in table: BreakerTable) {
        let launch = Launch(
            id: LaunchID(
                organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: PoolID(rawValue: 12),
                request: JobRequestID(rawValue: 1), ordinal: 1),
            pool: PoolID(rawValue: 12), profile: "small", request: JobRequestID(rawValue: 1), ordinal: 1,
            origin: JobOrigin(), reason: "", createdAt: time.now())
        var single = profile
        single.placements = [placement]
        _ = table.note(event, of: launch, single)
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

    /// The time for which they are left out is over: a crowd must not find out together that there is no room yet.
    @Test func oneLaunchTriesARungThatHasNotShownRoomSince() {
        let table = closedTable()
        time.advance(milliseconds: 61_000)
        #expect(table.openRungs(of: profile.placements).isEmpty)
        #expect(table.mayCall(0, of: profile.placements, besides: []))
        #expect(!table.mayCall(0, of: profile.placements, besides: []))
        note(.agentTaskAccepted(AgentTaskID(rawValue: "arn"), placement: ""), on: profile.placements[0], in: table)
        for _ in 0..<3 { #expect(table.mayCall(0, of: profile.placements, besides: [])) }
    }

    /// There is another to go to, and whoever comes here has been refused there.
    @Test func aRungBesideOneWithRoomIsTriedByAll() {
        let table = closedTable()
        time.advance(milliseconds: 61_000)
        note(.agentTaskAccepted(AgentTaskID(rawValue: "arn"), placement: ""), on: profile.placements[1], in: table)
        for _ in 0..<3 { #expect(table.mayCall(0, of: profile.placements, besides: [])) }
    }

    @Test func whatDidNotCallHasNotTried() {
        let table = closedTable()
        #expect(table.mayCall(0, of: profile.placements, besides: []))
        table.notCalled(profile.placements[0])
        #expect(table.mayCall(0, of: profile.placements, besides: []))
    }
}
