import Testing

@testable import SlipwayCore

private let key = ProfileKey(pool: "ecs-linux", profile: "small")
private let other = ProfileKey(pool: "ecs-linux", profile: "large")
private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")
private let request = JobRequestID(rawValue: 4711)
private let busy = launch(after: [.startPermitted, accepted, .jobObserved(request)])

private func decisions(
    holds: [String: String] = [:], history: RequestHistory? = nil, forgiven: Int = 0
) -> [Decision] {
    plan(
        PlanningInput(
            policy: policy([profile(replacements: 1)]), requests: [waiting(4711)], launches: [],
            history: history.map { [request: $0] } ?? [:], holds: holds, forgiven: [request: forgiven]),
        at: start)
}

@Suite("What an operator decides, in the planner") struct OperatorPlanTests {
    @Test func aHeldProfileGetsNoLaunchAndSaysWhy() {
        var holds = OperatorHolds()
        holds.take(OperatorOrder(.drain, by: "ops", reason: "the cluster moves"), at: start)
        let plan = decisions(holds: holds.reasons(pool: policy()))
        #expect(plan.map(\.name) == ["hold"])
        #expect(plan[0].reason.contains("drained, by ops: the cluster moves"))
        #expect(!plan[0].isGivenUp)
    }

    @Test func onlyThePausedProfileIsHeld() {
        var holds = OperatorHolds()
        holds.take(OperatorOrder(.pauseProfile(other), by: "ops"), at: start)
        let both = policy([profile(), profile("large")])
        #expect(holds.reasons(pool: both).keys.sorted() == ["large"])
        #expect(decisions(holds: holds.reasons(pool: both)).map(\.name) == ["launch"])
    }

    @Test func forgivenFailuresDoNotCountAndNewOnesDo() {
        var history = RequestHistory(lastOrdinal: 2, failures: 2, lastFailedAt: start, lastFailure: "no image")
        #expect(decisions(history: history).map(\.isGivenUp) == [true])
        let again = decisions(history: history, forgiven: 2)
        #expect(again.map(\.name) == ["launch"], "at once: the pause after a failure is forgiven with it")
        history.failures = 4
        #expect(decisions(history: history, forgiven: 2).map(\.isGivenUp) == [true])
    }
}

@Suite("What the ledger keeps of an operator's orders") struct OperatorLedgerTests {
    private func records(_ orders: [OperatorOrder]) -> [LedgerRecord] {
        var chain = LedgerChain()
        return orders.compactMap { $0.entry(at: start) }.map { chain.seal($0) }
    }

    @Test func holdsAreTakenUpFromTheNewestRecordOfEach() {
        let written = records([
            OperatorOrder(.drain, by: "ops"), OperatorOrder(.pauseProfile(key), by: "ops", reason: "quota"),
            OperatorOrder(.pauseProfile(other), by: "ops"), OperatorOrder(.resumeProfile(other), by: "loopback"),
        ])
        var holds = OperatorHolds()
        for subject in OperatorHolds.subjects(of: [key, other]) {
            if let newest = written.last(where: { $0.subject == subject }) {
                holds.take(newest, profiles: [key, other])
            }
        }
        #expect(holds.drain == .init(since: start, by: "ops"))
        #expect(holds.paused == [key: .init(since: start, by: "ops", reason: "quota")])
        #expect(holds.drainNote?.contains("by ops") == true)
        holds.take(records([OperatorOrder(.resume, by: "ops")])[0], profiles: [])
        #expect(holds.drain == nil)
    }

    @Test func aRetryCountsForItsJobRequestInItsPoolAlone() throws {
        let entry = try #require(
            OperatorOrder(.retryLaunch(newLaunch().id), by: "ops").retryEntry(of: newLaunch(), forgiving: 3, at: start))
        var chain = LedgerChain()
        let written = [chain.seal(entry)]
        #expect(written[0].subject == request.ledgerSubject)
        #expect(forgivenFailures(of: request, pool: pool, in: written) == 3)
        #expect(forgivenFailures(of: request, pool: PoolID(rawValue: 13), in: written) == 0)
        #expect(forgivenFailures(of: JobRequestID(rawValue: 1), pool: pool, in: written) == 0)
    }

    @Test func aReasonBecomesOneHarmlessLineOfBoundedLength() {
        let order = OperatorOrder(.drain, by: "ops", reason: " a\u{1B}[31m\nb\u{202E}c\u{0} ")
        #expect(order.reason == "a [31m b c")
        #expect(OperatorOrder(.drain, by: "ops", reason: "\u{7}\n").reason == nil)
        #expect(OperatorOrder(.drain, by: "ops", reason: String(repeating: "x", count: 9_999)).reason?.count == 500)
    }
}

@Suite("A stop by an operator") struct OperatorStopTests {
    private func stop(_ launch: Launch, isForced: Bool, reason: String? = "it hangs") -> Launch? {
        let order = OperatorOrder(.stopLaunch(launch.id, isForced: isForced), by: "ops", reason: reason)
        guard launch.refusal(ofStopForced: isForced, reason: order.reason) == nil else { return nil }
        return launch.applying(order.stopEvent(isForced: isForced), at: after(100), rules: LaunchRules())?.launch
    }

    @Test func aBusyLaunchIsLeftAloneWithoutForceAndForceNeedsAReason() {
        #expect(busy.refusal(ofStopForced: false, reason: "x")?.code == .busy)
        #expect(busy.applying(.stopRequested("x"), at: after(100), rules: LaunchRules()) == nil)
        #expect(busy.refusal(ofStopForced: true, reason: nil)?.code == .reasonNeeded)
        #expect(stop(busy, isForced: false) == nil)
    }

    @Test func aForcedStopOfABusyLaunchStopsItsAgentTaskWithoutLookingAtTheAgent() throws {
        let stopped = try #require(stop(busy, isForced: true))
        #expect(stopped.effect(at: after(100)) == .stopAgentTask(arn))
        #expect(stopped.outcome?.kind == .cancelled)
        #expect(stopped.outcome?.reason == "an operator stopped it, by ops: it hangs")
        // The job that it had is still on it, and another look changes nothing.
        #expect(stopped.applying(.jobObserved(request), at: after(101), rules: LaunchRules()) == nil)
        let gone = launch(
            stopped,
            after: [
                .stopCalled, .agentTaskObserved(.stopped(AgentTaskStop(reason: "x", exitCode: 143))), .registrationGone,
            ])
        #expect(gone.isOpen == false && gone.outcome?.kind == .cancelled)
    }

    @Test func withoutForceTheAgentIsDisabledAndReadAgainFirst() throws {
        let online = launch(after: [.startPermitted, accepted, .agentObserved(agent())])
        let stopped = try #require(stop(online, isForced: false, reason: nil))
        #expect(stopped.effect(at: after(100)) == .quiesceAgent)
    }

    @Test func forceEndsACleaningThatWaitsForABusyAgent() throws {
        let online = launch(after: [.startPermitted, accepted, .agentObserved(agent())])
        let waiting = launch(online, after: [.surplus, .cleaningFailed("its agent still holds job request 9")])
        #expect(waiting.refusal(ofStopForced: false, reason: nil)?.code == .over)
        #expect(stop(waiting, isForced: true)?.effect(at: after(100)) == .stopAgentTask(arn))
    }

    @Test func whatIsOverIsNotStoppedAndWhatDidNotFailIsNotRetried() {
        let failed = launch(after: [
            .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "denied")),
        ])
        #expect(failed.refusalOfRetry == nil)
        #expect(busy.refusalOfRetry?.code == .notRetryable)
        #expect(newLaunch(for: nil).refusalOfRetry?.code == .notRetryable)
        let closed = launch(after: [.surplus, .registrationGone])
        #expect(closed.isOpen == false)
        #expect(closed.refusal(ofStopForced: true, reason: "x")?.code == .over)
        #expect(closed.refusalOfRetry?.code == .notRetryable)
    }
}
