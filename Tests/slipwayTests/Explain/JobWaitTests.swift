import SlipwayCore
import Testing

@testable import slipway

/// The first line of `slipway explain JOB`: how long the job waited for an agent, and for what.
@Suite struct JobWaitTests {
    private static let queuedAt = Timestamp(milliseconds: 1_764_000_000_000)
    private static let request = JobRequestID(rawValue: 4_711)
    private static let pool = PoolID(rawValue: 7)

    private static func at(_ seconds: Int) -> Timestamp { queuedAt.adding(seconds: seconds) }

    private static func hold(_ reason: String, _ seconds: Int, kind: String = "decision.hold") -> LedgerRecord {
        var facts = LedgerFacts()
        facts["pool"] = .integer(7)
        facts["reason"] = .text(reason)
        var chain = LedgerChain()
        return chain.seal(
            LedgerEntry(at: at(seconds), kind: kind, subject: request.ledgerSubject, facts: facts))
    }

    /// - Parameters:
    ///   - ran: what its agent was given, and when; nil: nothing.
    ///   - other: the job request that it is for, if that isn't the story's.
    private static func launch(
        _ ordinal: Int = 1, made seconds: Int, ran: (request: JobRequestID, seconds: Int)? = nil,
        for other: JobRequestID? = request, isWarm: Bool = false, failed: Int? = nil
    ) -> Launch {
        var launch = Launch(
            id: LaunchID(
                organization: OrganizationKey(rawValue: "abcdef"), pool: pool, request: other ?? request,
                ordinal: ordinal),
            pool: pool, profile: "small", request: isWarm ? nil : other, ordinal: ordinal,
            origin: isWarm ? JobOrigin() : JobOrigin(runID: 4_177, queuedAt: queuedAt), reason: "a test",
            createdAt: at(seconds), isWarm: isWarm)
        var events: [(LaunchEvent, Int)] = [(.startPermitted, seconds)]
        if let ran {
            events.append((.jobObserved(ran.request, JobOrigin(runID: 4_177, queuedAt: queuedAt)), ran.seconds))
        }
        if let failed { events.append((.stopRequested("a test"), failed)) }
        for (event, seconds) in events {
            guard let step = launch.applying(event, at: at(seconds), rules: LaunchRules()) else { continue }
            launch = step.launch
        }
        return launch
    }

    private static func summary(
        _ launches: [Launch], _ decisions: [LedgerRecord] = [], ranBy: [Launch] = [],
        origin: JobOrigin? = JobOrigin(runID: 4_177, queuedAt: queuedAt), now: Int = 10_000
    ) -> String {
        let story = JobStory(
            request: request, origin: origin, launches: launches.map { ($0, []) }, decisions: decisions, deliveries: [],
            ranBy: ranBy)
        return Explanation(story, PriceBook(currency: "USD", asOf: "2026-11-01", prices: []), now: at(now)).summary
    }

    @Test func `A job that was held before its launch waited from its queueing on`() {
        #expect(
            Self.summary(
                [Self.launch(made: 190, ran: (Self.request, 220))],
                [Self.hold("pool ecs-linux has its maximum of 3 agents", 2)])
                == "Job request 4711 waited 3 min 40 s for an agent: 3 min 8 s held because pool ecs-linux has its maximum "
                + "of 3 agents, 30 s for its agent to start, 2.0 s until Slipway decided on it.")
    }

    @Test func `Two times that it was held for one reason are one part`() {
        #expect(
            Self.summary(
                [Self.launch(made: 100, ran: (Self.request, 110))],
                [Self.hold("full", 0), Self.hold("the cluster is down", 20), Self.hold("full", 30)])
                == "Job request 4711 waited 1 min 50 s for an agent: 1 min 30 s held because full, "
                + "10 s held because the cluster is down, 10 s for its agent to start.")
    }

    @Test func `That its first agent was handed another job is in the first line`() {
        let other = JobRequestID(rawValue: 4_712)
        #expect(
            Self.summary([
                Self.launch(made: 0, ran: (other, 30)), Self.launch(2, made: 31, ran: (Self.request, 70)),
            ])
                == "Job request 4711 waited 1 min 10 s for an agent: 39 s for its agent to start, "
                + "31 s for the agent of launch abcdef-7-4711-1. "
                + "Its first agent, of launch abcdef-7-4711-1, was handed job request 4712 instead.")
    }

    @Test func `One that another launch's agent ran says how long it waited as well`() {
        let other = JobRequestID(rawValue: 4_700)
        let line = Self.summary(
            [Self.launch(made: 2, ran: (other, 30))],
            ranBy: [Self.launch(made: 10, ran: (Self.request, 50), for: other)])
        #expect(
            line == "Job request 4711 waited 50 s for an agent: 40 s for its agent to start, "
                + "8.0 s for the agent of launch abcdef-7-4711-1, 2.0 s until Slipway decided on it. "
                + "It was run by the agent of launch abcdef-7-4700-1, which was made for job request 4700. "
                + "Its first agent, of launch abcdef-7-4711-1, was handed job request 4700 instead.")
    }

    @Test func `A warm agent leaves no parts`() {
        let line = Self.summary([], ranBy: [Self.launch(made: -500, ran: (Self.request, 4), isWarm: true)])
        #expect(
            line
                == "Job request 4711 waited 4.0 s for an agent. It was run by the agent of launch abcdef-7-4711-1, which "
                + "was made for jobs to come, and was there before it.")
    }

    @Test func `Where the queueing is not known it is counted from the first decision, and says so`() {
        #expect(
            Self.summary(
                [Self.launch(made: 190, ran: (Self.request, 220))], [Self.hold("full", 10)], origin: JobOrigin())
                == "Job request 4711 waited 3 min 30 s for an agent after it was first decided on: 3 min held because full, "
                + "30 s for its agent to start.")
    }

    @Test func `A clock that is ahead of ours does not make the wait negative`() {
        let ahead = JobOrigin(queuedAt: Self.at(500))
        #expect(
            Self.summary([Self.launch(made: 190, ran: (Self.request, 220))], origin: ahead).hasPrefix(
                "Job request 4711 waited 30 s for an agent after it was first decided on: "))
    }

    @Test func `One that waits still says how long by now`() {
        #expect(
            Self.summary([Self.launch(made: 60)], [Self.hold("full", 1)], now: 90).hasPrefix(
                "Job request 4711 has waited 1 min 30 s for an agent by now: 59 s held because full, "
                    + "30 s for its agent to start, 1.0 s until Slipway decided on it. Launch abcdef-7-4711-1 asks"))
        let gone = Self.summary([Self.launch(made: 60, failed: 70)], [Self.hold("full", 1)], now: 90)
        #expect(gone.hasPrefix("Job request 4711: no agent of ours was seen to run it. "))
    }

    @Test func `A long reason is cut`() {
        let line = Self.summary(
            [Self.launch(made: 60, ran: (Self.request, 61))], [Self.hold(String(repeating: "x", count: 2_000), 1)])
        #expect(line.count < 400 && line.contains("xxx…, 1.0 s until Slipway decided on it"))
    }

    @Test(arguments: [
        ("4711", ExplainTarget.jobRequest(JobRequestID(rawValue: 4_711))), ("060736", .launch("060736")),
        ("06073e", .launch("06073e")), ("06073e-44", .launch("06073e-44")), ("de", .launch("de")),
        ("slipway-06073e-44-890663-2", .launch("06073e-44-890663-2")),
        ("slipway-run-4177-large", BoundAgentName(rawValue: "slipway-run-4177-large").map { .bookedAgent($0) }),
        ("x", nil), ("delivery-x", nil), ("request-0", nil), ("slipway-", nil), ("0601234", nil), ("+5", nil),
    ])
    func `What is asked about is told by its form`(_ text: String, _ target: ExplainTarget?) {
        #expect(ExplainTarget(text) == target)
    }
}
