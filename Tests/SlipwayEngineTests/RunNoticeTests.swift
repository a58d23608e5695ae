import SlipwayCore
import Testing

@testable import SlipwayEngine

/// What a pipeline run is told when no further launch is made for its job.
@Suite struct RunNoticeTests {
    /// A world in which every launch for the one job is refused for good.
    private func refusing() -> Harness {
        let harness = Harness()
        let refusal = StartAnswer.refused(StartRefusal(kind: .permanent, message: "iam:PassRole is missing"))
        harness.world.with { $0.startAnswers = Array(repeating: refusal, count: 100) }
        harness.world.queue(1)
        return harness
    }

    private func kinds(_ harness: Harness) -> [String] {
        harness.store.records.map(\.kind).filter { $0.hasPrefix("run.") }
    }

    @Test func anOutageOfAnHourDelaysItAndDoesNotStormTheService() async throws {
        let harness = refusing()
        harness.world.with { $0.runError = PortError(code: .unavailable, message: "503") }
        try await harness.run(harness.makeEngine(whenGivenUp: .tag)) { _ in
            await harness.expect(within: 600) { harness.world.with { $0.runCalls } > 0 }
            _ = await harness.passes(seconds: 3_600) { false }
            #expect((10...20).contains(harness.world.with { $0.runCalls }))
            harness.world.with { $0.runError = nil }
            await harness.expect(within: 300) { kinds(harness) == ["run.tagged"] }
        }
        #expect(harness.world.with { $0.toldRuns } == ["p/7 slipway-no-agent"])
    }

    @Test func whatCouldNotBeRecordedIsRecordedLaterAndNotDoneAgain() async throws {
        let harness = refusing()
        harness.world.with { $0.onRunCall = { harness.store.isBroken = true } }
        try await harness.run(harness.makeEngine(whenGivenUp: .tag)) { _ in
            await harness.expect(within: 600) { harness.store.isBroken }
            _ = await harness.passes(seconds: 60) { false }
            harness.store.isBroken = false
            await harness.expect(within: 120) { kinds(harness) == ["run.tagged"] }
        }
        #expect(harness.world.with { $0.runCalls } == 1)
    }

    @Test func aRefusalOfPermissionEndsItAtOnceWithARecord() async throws {
        let harness = refusing()
        harness.world.with { $0.runError = PortError(code: .forbidden, message: "give the token Build (write)") }
        try await harness.run(harness.makeEngine(whenGivenUp: .tag)) { _ in
            await harness.expect(within: 600) { kinds(harness) == ["run.notTold"] }
            _ = await harness.passes(seconds: 600) { false }
        }
        #expect(harness.world.with { $0.runCalls } == 1)
        let record = try #require(harness.store.records.first { $0.kind == "run.notTold" })
        #expect(record.subject == "request-1" && record.facts.contains("give the token Build (write)"))
    }

    @Test func aStartTellsWhatWasNotToldAndNothingTwice() async throws {
        let harness = refusing()
        harness.world.with { $0.runError = PortError(code: .unavailable, message: "503") }
        try await harness.run(harness.makeEngine(whenGivenUp: .tag)) { _ in
            await harness.expect(within: 600) { harness.world.with { $0.runCalls } > 0 }
        }
        harness.world.with { $0.runError = nil }
        try await harness.run(harness.makeEngine(whenGivenUp: .tag)) { _ in
            await harness.expect(within: 60) { kinds(harness) == ["run.tagged"] }
        }
        let calls = harness.world.with { $0.runCalls }
        try await harness.run(harness.makeEngine(whenGivenUp: .tag)) { _ in
            _ = await harness.passes(seconds: 120) { false }
        }
        #expect(harness.world.with { $0.runCalls } == calls)
        #expect(kinds(harness) == ["run.tagged"])
    }

    @Test func aCancellationWhoseAnswerWasLostIsRecordedAndNotRepeated() async throws {
        let harness = refusing()
        harness.world.with { $0.losesRunAnswers = true }
        try await harness.run(harness.makeEngine(whenGivenUp: .cancel)) { _ in
            await harness.expect(within: 600) { kinds(harness) == ["run.cancelled"] }
        }
        #expect(harness.world.with { $0.runCalls } == 1)
    }

    @Test func aRunWhoseJobIsGoneMeanwhileIsNotTagged() async throws {
        let harness = refusing()
        harness.world.with { $0.runError = PortError(code: .unavailable, message: "503") }
        try await harness.run(harness.makeEngine(whenGivenUp: .tag)) { _ in
            await harness.expect(within: 600) { harness.world.with { $0.runCalls } > 0 }
            harness.world.cancel(1)
            harness.world.with { $0.runError = nil }
            _ = await harness.passes(seconds: 600) { false }
        }
        #expect(harness.world.with { $0.toldRuns } == [])
    }
}

@Suite struct WaitingNoticesTests {
    private let start = Timestamp(milliseconds: 1_795_500_000_000)

    private func notice(_ request: Int64) -> RunNotice {
        RunNotice(
            key: .init(pool: PoolID(rawValue: 12), request: JobRequestID(rawValue: request)), run: Int(request),
            project: "p", what: .tag, reason: "no room", port: World(time: ManualTime()))
    }

    @Test func ofTooManyTheOldestIsLeftOutAndRecorded() throws {
        var waiting = WaitingNotices()
        var leftOut: [Int] = []
        for request in 1...Int64(WaitingNotices.maximumCount + 2) {
            let over = waiting.add(notice(request), at: start.adding(seconds: Int(request)))
            if let notice = over.leftOut { leftOut.append(notice.run) }
            #expect(over.unrecorded == nil)
        }
        #expect(leftOut == [1, 2])
        var recorded: [String] = []
        let now = start.adding(seconds: 100_000)
        while let item = waiting.next(at: now).due {
            if case .record(let entry) = item.step { recorded.append("\(entry.kind) \(entry.subject)") }
            waiting.forget(item.notice)
        }
        #expect(recorded.sorted() == ["run.notTold request-1", "run.notTold request-2"])
    }

    @Test func withoutAStoreItStaysBoundedAndSaysWhatIsLost() {
        var waiting = WaitingNotices()
        var unrecorded = 0
        for request in 1...Int64(5 * WaitingNotices.maximumCount) {
            if waiting.add(notice(request), at: start).unrecorded != nil { unrecorded += 1 }
        }
        #expect(waiting.count <= 2 * WaitingNotices.maximumCount)
        #expect(unrecorded + waiting.count == 5 * WaitingNotices.maximumCount)
    }

    @Test func pausesGrowToFiveMinutesAndADayIsTheEnd() throws {
        var waiting = WaitingNotices()
        _ = waiting.add(notice(1), at: start)
        var now = start
        var pauses: [Int64] = []
        while let item = waiting.next(at: now).due, !item.isTooOld(at: now) {
            waiting.failed(item.notice, mayBeTold: false, askedSeconds: nil, at: now)
            let pause = waiting.next(at: now).pauseMilliseconds
            pauses.append(pause / 1_000)
            now = now.adding(milliseconds: pause)
        }
        #expect(pauses.prefix(8) == [5, 10, 20, 40, 80, 160, 300, 300])
        #expect((86_400_000...86_700_000).contains(now.millisecondsSince(start)))
    }
}
