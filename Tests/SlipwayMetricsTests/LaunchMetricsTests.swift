import PrometheusText
import SlipwayCore
import Testing

@testable import SlipwayMetrics

@Suite("What is measured of jobs and launches")
struct LaunchMetricsTests {
    @Test("A job that a hook announces and an agent runs is measured in every phase, to the millisecond")
    func wholeLife() throws {
        let bench = Bench()
        bench.announce(run: 7)
        bench.pass(seconds: 3)
        bench.read([bench.request(5, run: 7, queuedSecondsAgo: 5)])
        bench.pass(seconds: 1)
        var launch = bench.launch(5)
        bench.metrics.launchChanged(from: nil, to: launch)
        bench.pass(seconds: 4)
        try bench.apply(.startPermitted, to: &launch)
        bench.pass(seconds: 2)
        try bench.apply(.agentTaskAccepted(AgentTaskID(rawValue: "task"), placement: "FARGATE"), to: &launch)
        bench.pass(seconds: 20)
        try bench.apply(.agentTaskObserved(.running), to: &launch)
        bench.pass(seconds: 8)
        try bench.apply(.agentObserved(bench.agent(isOnline: true)), to: &launch)
        bench.pass(seconds: 3)
        try bench.apply(.jobObserved(JobRequestID(rawValue: 5)), to: &launch)
        bench.pass(seconds: 60)
        try bench.apply(.jobEnded(JobRequestID(rawValue: 5), result: "succeeded"), to: &launch)
        bench.pass(seconds: 1)
        let stop = AgentTaskStop(reason: "done", exitCode: 0)
        try bench.apply(.agentTaskObserved(.stopped(stop)), to: &launch)
        bench.pass(seconds: 1)
        try bench.apply(.registrationGone, to: &launch)
        #expect(!launch.isOpen)
        let figures = bench.figures()
        // Announced two seconds after it was queued.
        #expect(figures[#"slipway_hook_lag_seconds_sum{pool="p"}"#] == 2)
        let expected = [
            "decide": 4, "run_task": 6, "pending": 20, "registering": 8, "waiting_for_job": 3, "run": 60, "clean": 2,
        ]
        #expect(Set(expected.keys) == Set(LaunchPhase.allCases.map(\.rawValue)))
        for (phase, seconds) in expected {
            let labels = #"{phase="\#(phase)",pool="p",profile="small"}"#
            #expect(figures["slipway_phase_seconds_sum" + labels] == Double(seconds), "\(phase)")
            #expect(figures["slipway_phase_seconds_count" + labels] == 1, "\(phase)")
        }
        // The whole wait, as its person felt it: queued, to busy.
        #expect(figures[#"slipway_job_wait_seconds_sum{pool="p",profile="small"}"#] == 43)
        #expect(figures[#"slipway_launches_made_total{pool="p",profile="small"}"#] == 1)
        #expect(figures[#"slipway_launches_closed_total{pool="p",profile="small",outcome="ran"}"#] == 1)
        #expect(figures[#"slipway_launches_closed_total{pool="p",profile="small",outcome="failed"}"#] == 0)
    }

    @Test("How long a warm agent waits for a job is no phase of a job's")
    func warm() throws {
        let bench = Bench()
        let policy = bench.policy
        bench.read([])
        var launch = Launch(
            id: LaunchID(
                organization: policy.organization, pool: policy.id, warmOf: "small", at: bench.time.now(), number: 1),
            pool: policy.id, profile: "small", request: nil, ordinal: 1, origin: JobOrigin(), reason: "a test",
            createdAt: bench.time.now(), isWarm: true)
        bench.metrics.launchChanged(from: nil, to: launch)
        try bench.apply(.startPermitted, to: &launch)
        try bench.apply(.agentTaskAccepted(AgentTaskID(rawValue: "task"), placement: "FARGATE"), to: &launch)
        try bench.apply(.agentObserved(bench.agent(isOnline: true)), to: &launch)
        bench.pass(seconds: 7_200)
        try bench.apply(.jobObserved(JobRequestID(rawValue: 5)), to: &launch)
        let figures = bench.figures()
        let labels = #"{phase="waiting_for_job",pool="p",profile="small"}"#
        #expect(figures["slipway_phase_seconds_count" + labels] ?? 0 == 0)
        #expect(figures[#"slipway_launches_made_total{pool="p",profile="small"}"#] == 1)
    }

    @Test("An agent that is seen before its agent task runs leaves registering unmeasured, and pending whole")
    func agentSeenFirst() throws {
        let bench = Bench()
        bench.read([])
        var launch = bench.launch(5)
        bench.metrics.launchChanged(from: nil, to: launch)
        try bench.apply(.startPermitted, to: &launch)
        try bench.apply(.agentTaskAccepted(AgentTaskID(rawValue: "task"), placement: "FARGATE"), to: &launch)
        bench.pass(seconds: 9)
        try bench.apply(.agentObserved(bench.agent(isOnline: true)), to: &launch)
        bench.pass(seconds: 9)
        try bench.apply(.agentTaskObserved(.running), to: &launch)
        let figures = bench.figures()
        #expect(figures[#"slipway_phase_seconds_sum{phase="pending",pool="p",profile="small"}"#] == 9)
        #expect(figures[#"slipway_phase_seconds_count{phase="registering",pool="p",profile="small"}"#] == nil)
    }

    @Test("Waiting jobs are counted by the profile that serves them, with the oldest one's age")
    func waiting() {
        let bench = Bench()
        var running = bench.request(4, run: 4, queuedSecondsAgo: 900)
        running.receivedAt = bench.time.now()
        bench.read([
            bench.request(1, run: 1, queuedSecondsAgo: 30), bench.request(2, run: 2, queuedSecondsAgo: 10),
            bench.request(3, run: 3, demands: "size -equals large", queuedSecondsAgo: 5), running,
        ])
        bench.pass(seconds: 10)
        var figures = bench.figures()
        #expect(figures[#"slipway_jobs_waiting{pool="p",profile="small"}"#] == 2)
        #expect(figures[#"slipway_jobs_waiting_longest_seconds{pool="p",profile="small"}"#] == 40)
        #expect(figures[#"slipway_jobs_waiting{pool="p",profile="none"}"#] == 1)
        bench.read([])
        figures = bench.figures()
        for profile in ["small", "none"] {
            #expect(figures[#"slipway_jobs_waiting{pool="p",profile="\#(profile)"}"#] == 0)
            #expect(figures[#"slipway_jobs_waiting_longest_seconds{pool="p",profile="\#(profile)"}"#] == 0)
        }
    }

    @Test("A hook that comes after the reading is measured at the next one, and only once")
    func lateHook() {
        let bench = Bench()
        let request = bench.request(5, run: 7, queuedSecondsAgo: 0)
        bench.read([request])
        bench.pass(seconds: 12)
        bench.announce(run: 7)
        for _ in 1...3 {
            bench.pass(seconds: 1)
            bench.read([request])
            bench.announce(run: 7)
        }
        #expect(bench.figures()[#"slipway_hook_lag_seconds_sum{pool="p"}"#] == 12)
        #expect(bench.figures()[#"slipway_hook_lag_seconds_count{pool="p"}"#] == 1)
    }

    @Test("A hook that comes before its pool is known is not lost")
    func earlyHook() {
        let bench = Bench(isResolved: false)
        bench.announce(run: 7)
        bench.metrics.poolResolved(bench.policy)
        bench.pass(seconds: 5)
        bench.read([bench.request(5, run: 7, queuedSecondsAgo: 8)])
        #expect(bench.figures()[#"slipway_hook_lag_seconds_sum{pool="p"}"#] == 3)
    }

    @Test("Decisions are counted when they are new, and shown as they stand")
    func decisions() {
        let bench = Bench()
        let launch = bench.launch(1)
        let hold = Decision(action: .hold(.poolMaximum), request: JobRequestID(rawValue: 2), reason: "full")
        let parallel = Decision(
            action: .hold(.parallelJobs), request: JobRequestID(rawValue: 3), reason: "parallel")
        let givenUp = Decision(action: .refuse, request: JobRequestID(rawValue: 4), reason: "4 failed", isGivenUp: true)
        let planned = Decision(action: .launch(launch), request: launch.request, reason: "it waits")
        bench.metrics.planned([planned, hold, parallel, givenUp], new: [hold, parallel, givenUp], for: bench.policy)
        let served = Decision(action: .served, request: launch.request, reason: "on its way")
        for _ in 1...2 { bench.metrics.planned([served, hold, parallel], new: [], for: bench.policy) }
        let figures = bench.figures()
        let counts = [
            "launch": 1, "hold_pool_maximum": 1, "hold_parallel_jobs": 1, "hold_budget": 0, "give_up": 1, "refuse": 0,
            "stop": 0,
        ]
        for (name, count) in counts {
            #expect(figures[#"slipway_decisions_total{pool="p",decision="\#(name)"}"#] == Double(count), "\(name)")
        }
        let standing = [
            "served": 1, "hold_pool_maximum": 1, "hold_parallel_jobs": 1, "hold_budget": 0, "launch": 0, "give_up": 0,
            "refuse": 0,
        ]
        for (name, count) in standing {
            #expect(figures[#"slipway_jobs_decided{pool="p",decision="\#(name)"}"#] == Double(count), "\(name)")
        }
    }

    @Test(
        "Refusals are told apart, and a call without an answer is none of theirs",
        arguments: StartRefusal.Class.allCases.map(\.rawValue) + ["unanswered"])
    func refusals(reason: String) throws {
        let bench = Bench()
        var launch = bench.launch(1)
        try bench.apply(.startPermitted, to: &launch)
        if let kind = StartRefusal.Class(rawValue: reason) {
            // One of another kind before it must not colour it.
            try bench.apply(.startUnanswered("no answer"), to: &launch)
            bench.pass(seconds: 200)
            try bench.apply(.startRefused(StartRefusal(kind: kind, message: "no")), to: &launch)
        } else {
            try bench.apply(.startRefused(StartRefusal(kind: .capacity, message: "no")), to: &launch)
            try bench.apply(.startUnanswered("no answer"), to: &launch)
        }
        let other = reason == "unanswered" ? "capacity" : "unanswered"
        for name in StartRefusal.Class.allCases.map(\.rawValue) + ["unanswered"] {
            let count = bench.figures()[#"slipway_run_task_refusals_total{pool="p",profile="small",reason="\#(name)"}"#]
            #expect(count == (name == reason || name == other ? 1 : 0), "\(name)")
        }
    }

    @Test("The four counts, and a launch of a profile that is no longer configured")
    func openLaunches() {
        let bench = Bench()
        let pool = bench.policy.id
        let open = [
            OpenLaunches(pool: pool, profile: "small", state: "planned", count: 1),
            OpenLaunches(pool: pool, profile: "small", state: "starting", count: 2),
            OpenLaunches(pool: pool, profile: "small", state: "pending", count: 3),
            OpenLaunches(pool: pool, profile: "small", state: "busy", count: 5),
            OpenLaunches(pool: pool, profile: "gone-1", state: "online", count: 1),
            OpenLaunches(pool: pool, profile: "gone-2", state: "online", count: 1),
            OpenLaunches(pool: PoolID(rawValue: 99), profile: "small", state: "online", count: 4),
        ]
        let figures = bench.figures(open)
        #expect(figures[#"slipway_agents_starting{pool="p",profile="small"}"#] == 6)
        #expect(figures[#"slipway_agents_online{pool="p",profile="small"}"#] == 0)
        #expect(figures[#"slipway_agents_busy{pool="p",profile="small"}"#] == 5)
        #expect(figures[#"slipway_agents_online{pool="p",profile="other"}"#] == 2)
        #expect(figures[#"slipway_agents_online{pool="other",profile="other"}"#] == 4)
        #expect(figures[#"slipway_launches_open{pool="p",profile="small",state="pending"}"#] == 3)
    }

    @Test("A clock that was set makes no negative time")
    func clockSetBack() throws {
        let bench = Bench()
        bench.announce(run: 7)
        bench.pass(seconds: -100)
        bench.read([bench.request(5, run: 7, queuedSecondsAgo: -300)])
        var launch = bench.launch(5)
        bench.pass(seconds: -100)
        bench.metrics.launchChanged(from: nil, to: launch)
        try bench.apply(.jobObserved(JobRequestID(rawValue: 5)), to: &launch)
        for (line, value) in bench.figures() where line.contains("_sum") { #expect(value >= 0, "\(line)") }
    }
}
