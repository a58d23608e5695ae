import Testing

@testable import SlipwayCore

private let noRoom = LaunchEvent.startRefused(StartRefusal(kind: .capacity, message: "no room on Spot"))
private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE_SPOT")

@Suite struct BreakerTests {
    @Test func threeRefusalsInARowLeaveARungOutAndOneMoreForLonger() {
        var breakers = Breakers()
        let spot = ladder[0]
        #expect(breakers.note(noRoom, on: spot, at: start) == nil)
        #expect(breakers.note(noRoom, on: spot, at: start) == nil)
        let opened = breakers.note(noRoom, on: spot, at: start)
        #expect(opened?.kind == "rung.opened")
        #expect(opened?.facts["reason"] == .text("no room on Spot"))
        #expect(breakers.openRungs(of: ladder, at: after(59)) == [0])
        // Then it is tried again; calls that were under way tell nothing new.
        #expect(breakers.note(noRoom, on: spot, at: after(30)) == nil)
        #expect(breakers.openRungs(of: ladder, at: after(60)) == [])
        #expect(breakers.note(noRoom, on: spot, at: after(61))?.kind == "rung.opened")
        #expect(breakers.openRungs(of: ladder, at: after(61 + 119)) == [0])
        #expect(breakers.openRungs(of: ladder, at: after(61 + 120)) == [])
        #expect(breakers.note(accepted, on: spot, at: after(200))?.kind == "rung.closed")
        #expect(breakers.note(noRoom, on: spot, at: after(201)) == nil)
    }

    /// FARGATE_SPOT and capacity providers of EC2 take an agent task, and tell later that there was no room for it.
    @Test func agentTasksThatAreStoppedForWantOfRoomLeaveARungOutUntilOneRuns() {
        var breakers = Breakers()
        let spot = ladder[0]
        let lost = LaunchEvent.agentTaskObserved(
            .stopped(AgentTaskStop(reason: "Capacity is unavailable at this time", lacksRoom: true)))
        for round in 0..<2 {
            #expect(breakers.note(accepted, on: spot, at: after(round)) == nil)
            #expect(breakers.note(lost, on: spot, at: after(round)) == nil)
        }
        #expect(breakers.note(accepted, on: spot, at: after(2)) == nil)
        #expect(breakers.note(lost, on: spot, at: after(2))?.kind == "rung.opened")
        #expect(breakers.openRungs(of: ladder, at: after(61)) == [0])
        // That it is taken again shows nothing; that it runs does.
        #expect(breakers.note(accepted, on: spot, at: after(100)) == nil)
        #expect(breakers.note(lost, on: spot, at: after(110))?.kind == "rung.opened")
        #expect(breakers.note(accepted, on: spot, at: after(400)) == nil)
        #expect(breakers.note(.agentTaskObserved(.running), on: spot, at: after(430))?.kind == "rung.closed")
        #expect(breakers.note(lost, on: spot, at: after(431)) == nil)
    }

    /// It may have been taken long before.
    @Test func anAgentTaskThatRunsClosesNoRungThatRefusalsOpened() {
        var breakers = Breakers()
        for _ in 0..<3 { _ = breakers.note(noRoom, on: ladder[0], at: start) }
        for seconds in [10, 50, 70] {
            #expect(breakers.note(.agentTaskObserved(.running), on: ladder[0], at: after(seconds)) == nil)
        }
        #expect(breakers.note(noRoom, on: ladder[0], at: after(80))?.kind == "rung.opened")
        #expect(breakers.openRungs(of: ladder, at: after(199)) == [0], "for twice as long")
    }

    @Test func anAgentTaskThatStopsForAnotherReasonSaysNothingOfItsRung() {
        var breakers = Breakers()
        for stop in [AgentTaskStop(reason: "image"), AgentTaskStop(reason: "Spot", isInterruption: true)] {
            for _ in 0..<5 {
                #expect(breakers.note(.agentTaskObserved(.stopped(stop)), on: ladder[0], at: start) == nil)
            }
        }
    }

    @Test func anAgentTaskBetweenTwoRefusalsKeepsItClosed() {
        var breakers = Breakers()
        for _ in 0..<5 {
            #expect(breakers.note(noRoom, on: ladder[0], at: start) == nil)
            #expect(breakers.note(noRoom, on: ladder[0], at: start) == nil)
            #expect(breakers.note(accepted, on: ladder[0], at: start) == nil)
        }
    }

    @Test(arguments: [StartRefusal.Class.throttled, .permanent, .unknown])
    func otherRefusalsAreNoReason(kind: StartRefusal.Class) {
        var breakers = Breakers()
        for _ in 0..<10 {
            let event = LaunchEvent.startRefused(StartRefusal(kind: kind, message: ""))
            #expect(breakers.note(event, on: ladder[0], at: start) == nil)
        }
        #expect(breakers.openRungs(of: ladder, at: start).isEmpty)
    }

    @Test func aRungIsTakenUpAsTheLedgerLeavesIt() {
        var chain = LedgerChain()
        var before = Breakers()
        var records: [LedgerRecord] = []
        func note(_ event: LaunchEvent, on placement: Placement, _ seconds: Int) {
            if let entry = before.note(event, on: placement, at: after(seconds)) {
                records.insert(chain.seal(entry), at: 0)
            }
        }
        func restored(at seconds: Int) -> Breakers {
            var breakers = Breakers()
            for placement in ladder {
                breakers.restore(
                    placement, from: records.filter { $0.subject == placement.name }, at: after(seconds))
            }
            return breakers
        }
        for second in 0..<3 { note(noRoom, on: ladder[0], second) }
        #expect(restored(at: 10).openRungs(of: ladder, at: after(61)) == [0])
        #expect(restored(at: 10).openRungs(of: ladder, at: after(62)) == [])
        // Tried again after the start, one refusal is enough, and for longer.
        var breakers = restored(at: 100)
        #expect(breakers.note(noRoom, on: ladder[0], at: after(100))?.kind == "rung.opened")
        #expect(breakers.openRungs(of: ladder, at: after(219)) == [0])
        // The same capacity in other subnets is another rung.
        var elsewhere = Breakers()
        var other = ladder[0]
        other.subnets = ["subnet-z"]
        elsewhere.restore(other, from: records, at: after(10))
        #expect(elsewhere.openRungs(of: [other], at: after(10)) == [])
        note(accepted, on: ladder[0], 70)
        #expect(restored(at: 80).openRungs(of: ladder, at: after(80)) == [])
        var closed = restored(at: 80)
        #expect(closed.note(noRoom, on: ladder[0], at: after(81)) == nil, "one refusal is none too many again")
    }

    @Test func aClockThatWasSetBackLeavesNoRungOutForLongerThanABreakerMay() {
        var chain = LedgerChain()
        var before = Breakers()
        let entries = (0..<3).compactMap { before.note(noRoom, on: ladder[0], at: after(100_000 + $0)) }
        var breakers = Breakers()
        breakers.restore(ladder[0], from: entries.map { chain.seal($0) }, at: after(0))
        #expect(breakers.openRungs(of: ladder, at: after(1_799)) == [0])
        #expect(breakers.openRungs(of: ladder, at: after(1_800)) == [])
    }

    @Test func aLaunchBeginsBelowARungThatIsLeftOutAndTriesAllIfAllAre() throws {
        let below = LaunchRules(rungs: 2, openRungs: [0])
        let value = launch(after: [.startPermitted], rules: below)
        let order = try #require(
            AgentTaskOrder(value, profile: profile(), pool: policy(), organizationURL: "https://dev.azure.com/fabrikam")
        )
        #expect(order.placement == ladder[1])
        #expect(launch(after: [.startPermitted], rules: LaunchRules(rungs: 2, openRungs: [0, 1])).rung == 0)
        // The only rung there is refuses: a pause, and the same again.
        let refused = try #require(value.applying(noRoom, at: after(20), rules: below)).launch
        #expect(refused.rung == 1)
        #expect(refused.attempt == 2)
        #expect(refused.effect(at: after(21)) == nil)
        #expect(refused.effect(at: after(22)) == .startAgentTask(attempt: 2))
    }
}
