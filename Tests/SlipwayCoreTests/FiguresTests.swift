import Testing

@testable import SlipwayCore

@Suite("Figures of launches") struct FiguresTests {
    @Test func percentilesAreByNearestRank() {
        #expect(PhaseFigures(.running, milliseconds: []) == nil)
        let hundred = PhaseFigures(.running, milliseconds: (1...100).reversed().map(Int64.init))
        #expect(hundred?.medianMilliseconds == 50 && hundred?.percentile95Milliseconds == 95)
        let one = PhaseFigures(.running, milliseconds: [7])
        #expect(one?.medianMilliseconds == 7 && one?.percentile95Milliseconds == 7)
    }

    @Test func aWholeLifeHasAllStagesAndTheyFollowOneAnother() {
        let times = LaunchTimes(
            createdAt: start, runningAt: after(20), onlineAt: after(25), busyAt: after(26), finishedAt: after(60),
            endedAt: after(61), closedAt: after(65))
        #expect(times.stages.map(\.stage) == LaunchStage.allCases)
        for (earlier, later) in zip(times.stages, times.stages.dropFirst()) { #expect(earlier.to == later.from) }
        #expect(times.lengths[.running] == 34_000 && times.lengths[.cleaning] == 5_000)
    }

    @Test func aStageThatWasBrokenOffIsShownAndNotMeasured() {
        let times = LaunchTimes(createdAt: start, endedAt: after(300), closedAt: after(310))
        #expect(times.stages.map(\.stage) == [.starting, .cleaning])
        #expect(times.stages[0].to == after(300))
        #expect(times.lengths == [.cleaning: 10_000])
    }

    @Test func oneThatLastsHasNoEnd() {
        let times = LaunchTimes(createdAt: start, runningAt: after(20))
        #expect(times.stages.last?.stage == .registering)
        #expect(times.stages.last?.to == nil)
    }

    @Test func anAgentThatWasSeenBeforeItsAgentTaskRan() {
        let times = LaunchTimes(createdAt: start, runningAt: after(30), onlineAt: after(25), busyAt: after(26))
        #expect(times.stages.map(\.stage) == [.starting, .waitingForJob, .running])
        #expect(times.lengths[.starting] == 25_000 && times.lengths[.registering] == nil)
    }

    @Test func failuresAreCountedByReasonTheMostFrequentFirst() {
        func failed(_ number: Int64, _ reason: String) -> LaunchFigures.FailedLaunch {
            (newLaunch(for: number).id, after(Int(number)), reason)
        }
        let counted = LaunchFigures.count([failed(1, "a"), failed(2, "b"), failed(3, "b"), failed(4, "c")])
        #expect(counted.map(\.reason) == ["b", "c", "a"])
        #expect(counted[0].count == 2 && counted[0].launch == newLaunch(for: 3).id)
        #expect(LaunchFigures.count((1...50).map { failed($0, "\($0)") }).count == LaunchFigures.maximumReasons)
    }
}
