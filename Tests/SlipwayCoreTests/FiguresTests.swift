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

    @Test func failuresWhoseReasonsAreNotToldAreCountedAllTheSame() {
        func failure(_ count: Int) -> LaunchFigures.Failure {
            .init(reason: "\(count)", count: count, launch: newLaunch(for: 1).id, at: start)
        }
        var figures = LaunchFigures(since: start, until: start, outcomes: [.failed: 9, .lost: 4, .ran: 7])
        #expect(figures.failed == 13 && figures.otherFailures == 13)
        figures.failures = [failure(8), failure(3)]
        #expect(figures.otherFailures == 2)
        figures.failures = [failure(8), failure(5)]
        #expect(figures.otherFailures == 0)
        figures.outcomes[.failed] = LaunchFigures.maximumFailures + 1
        #expect(figures.failuresCounted == LaunchFigures.maximumFailures, "the newest; the page says so")
    }
}
