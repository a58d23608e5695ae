import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")

private func warmProfile(_ agents: Int, _ name: String = "small", maximum: Int = 50) -> Profile {
    var value = profile(name, maximum: maximum)
    value.warm = [WarmWindow(agents: agents)!]
    return value
}

private func warm(_ number: Int, after events: [LaunchEvent] = []) -> Launch {
    launch(warmLaunch(number), after: events)
}

private func online(_ number: Int) -> Launch {
    let value = warmLaunch(number)
    return launch(value, after: [.startPermitted, accepted, .agentObserved(agent(of: value))])
}

private func decisions(
    _ requests: [JobRequest], _ launches: [Launch], _ policy: PoolPolicy, history: [String: WarmHistory] = [:],
    parallelJobs: ParallelJobs? = nil, holds: [String: String] = [:], at now: Timestamp = after(60)
) -> [Decision] {
    plan(
        PlanningInput(
            policy: policy, requests: requests, launches: launches, warmHistory: history, parallelJobs: parallelJobs,
            holds: holds), at: now)
}

private func launched(_ decisions: [Decision]) -> [Launch] {
    decisions.compactMap { if case .launch(let launch) = $0.action { launch } else { nil } }
}

private func stopped(_ decisions: [Decision]) -> [LaunchID] {
    decisions.compactMap { if case .stop(let id) = $0.action { id } else { nil } }
}

@Suite("The plan of warm agents") struct WarmPlanTests {
    @Test("As many are made as are wanted and not on their way, each with an id of its own and a reason")
    func made() throws {
        let none = decisions([], [], policy([warmProfile(3)]))
        let launches = launched(none)
        #expect(launches.count == 3)
        #expect(Set(launches.map(\.id)).count == 3)
        #expect(launches.allSatisfy { $0.isWarm == true && $0.request == nil && $0.profile == "small" })
        #expect(launches.allSatisfy { $0.id.isOf(policy()) && $0.id.rawValue.utf8.count <= 56 })
        #expect(none.allSatisfy { $0.profile == "small" && $0.reason.contains("keeps agents warm") })
        #expect(decisions([], launches, policy([warmProfile(3)])).isEmpty, "one on its way counts")
        #expect(launched(decisions([], [online(1), online(2)], policy([warmProfile(3)]))).count == 1)
        #expect(decisions([], [], policy()).isEmpty)
    }

    @Test("A job takes a warm agent, and another follows that agent at once")
    func aJobComes() {
        let plan = decisions([waiting(1)], [online(1), online(2)], policy([warmProfile(2)]))
        #expect(plan.first?.name == "served")
        #expect(launched(plan).map(\.isWarm) == [true])
        let burst = decisions([waiting(1), waiting(2), waiting(3)], [online(1)], policy([warmProfile(1)]))
        #expect(launched(burst).map(\.request?.rawValue) == [1, 2, nil])
    }

    @Test("A launch whose job is gone is a warm agent, before another is made")
    func reuse() {
        let orphan = launch(newLaunch(for: 9), after: [.startPermitted, accepted, .requestGone])
        #expect(decisions([], [orphan], policy([warmProfile(1)]), at: after(1_000)).isEmpty)
        #expect(stopped(decisions([], [orphan, online(1)], policy([warmProfile(1)]), at: after(1_000))) == [orphan.id])
    }

    @Test("Those that are no longer wanted are stopped, those on their way first; never one that has a job")
    func fewer() {
        let busy = launch(online(4), after: [.jobObserved(JobRequestID(rawValue: 5))])
        let launches = [online(1), warm(2, after: [.startPermitted]), warmLaunch(3), busy]
        #expect(stopped(decisions([], launches, policy([warmProfile(1)]))) == [launches[2].id, launches[1].id])
        #expect(stopped(decisions([], launches, policy())) == [launches[2].id, launches[1].id, launches[0].id])
        #expect(launches[0].applying(.surplus, at: after(90), rules: LaunchRules())?.launch.outcome?.kind == .unused)
    }

    @Test("One that has idled long is replaced, and leaves when its successor is online")
    func worn() throws {
        let old = online(1)
        let late = old.stateSince.adding(seconds: 14_400)
        #expect(decisions([], [old], policy([warmProfile(1)]), at: late.adding(seconds: -1)).isEmpty)
        let first = decisions([], [old], policy([warmProfile(1)]), at: late)
        #expect(launched(first).count == 1)
        #expect(stopped(first).isEmpty)
        let successor = try #require(launched(first).first)
        let pending = launch(successor, after: [.startPermitted, accepted])
        #expect(decisions([], [old, pending], policy([warmProfile(1)]), at: late.adding(seconds: 30)).isEmpty)
        var there = try #require(
            pending.applying(.agentObserved(agent(of: pending)), at: late.adding(seconds: 40), rules: LaunchRules())?
                .launch)
        #expect(
            stopped(decisions([], [old, there], policy([warmProfile(1)]), at: late.adding(seconds: 41))) == [old.id])
        // With a job that it may be given it stays.
        #expect(
            stopped(decisions([waiting(1)], [old, there], policy([warmProfile(1)]), at: late.adding(seconds: 41)))
                .isEmpty)
        // One whose successors never come ends all the same.
        #expect(old.deadline(Deadlines()) == late.adding(seconds: 1_500))
        there = try #require(old.applying(.timePassed, at: late.adding(seconds: 1_500), rules: LaunchRules())?.launch)
        #expect(there.outcome?.kind == .unused)
    }

    @Test("A profile that is on hold keeps none warm")
    func onHold() {
        let plan = decisions([], [online(1)], policy([warmProfile(2)]), holds: ["small": "paused"])
        #expect(launched(plan).isEmpty)
        #expect(stopped(plan) == [online(1).id])
    }

    @Test("Maxima hold for warm agents, and the reason is told")
    func maxima() {
        let ofProfile = decisions([], [online(1)], policy([warmProfile(5, maximum: 2)]))
        #expect(launched(ofProfile).count == 1)
        #expect(ofProfile.last?.reason.contains("profile small has its maximum of 2 agents") == true)
        let ofPool = decisions([], [], policy([warmProfile(5)], maximum: 3))
        #expect(launched(ofPool).count == 3)
        #expect(ofPool.last?.reason.contains("pool ecs-linux has its maximum of 3 agents") == true)
    }

    @Test("In a full pool an idle agent makes room for a job that it can't serve: one, and no more until it is gone")
    func room() throws {
        let profiles = [warmProfile(2), profile("large", capabilities: ["size": "large"])]
        let job = waiting(1, demands: ["size -equals large"])
        let idle = [online(1), online(2)]
        let plan = decisions([job], idle, policy(profiles, maximum: 2))
        #expect(stopped(plan).count == 1)
        let stopping = try #require(idle.first { $0.id == stopped(plan).first })
        let leaving = launch(stopping, after: [.surplus])
        let rest = idle.filter { $0.id != stopping.id }
        let after = decisions([job], [leaving] + rest, policy(profiles, maximum: 2))
        #expect(stopped(after).isEmpty)
        #expect(launched(decisions([job], rest, policy(profiles, maximum: 2))).map(\.profile) == ["large"])
    }

    @Test("An idle warm agent uses none of the parallel jobs; one that a waiting job is about to get does")
    func parallelJobs() {
        let profiles = [warmProfile(2), profile("large", capabilities: ["size": "large"])]
        let large = waiting(1, demands: ["size -equals large"])
        let limit = ParallelJobs(limit: 1, used: 0, readAt: after(50))
        let free = decisions([large], [online(1), online(2)], policy(profiles), parallelJobs: limit)
        #expect(launched(free).map(\.profile) == ["large"])
        let taken = decisions([large, waiting(2)], [online(1), online(2)], policy(profiles), parallelJobs: limit)
        #expect(launched(taken).allSatisfy { $0.isWarm == true })
        #expect(taken.contains { $0.awaitsParallelJob })
    }

    @Test("Jobs that are held draw no warm agents: they would idle, or void the limit")
    func heldJobs() {
        let ten = (1...10).map { waiting(Int64($0), project: "p") }
        let limit = ParallelJobs(limit: 0, used: 0, readAt: after(50))
        #expect(
            launched(decisions(ten, [online(1), online(2)], policy([warmProfile(2)]), parallelJobs: limit)).isEmpty)
        var own = policy([warmProfile(2)])
        own.maximumAgentsPerProject = 1
        let busy = launch(
            newLaunch(for: 99), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 99))])
        let limited = decisions(
            ten.map { request in
                var request = request
                request.origin.projectID = "p"
                return request
            }, [busy], own)
        #expect(launched(limited).isEmpty)
        #expect(limited.last?.reason.contains("no more agents would take them") == true)
    }

    @Test("In a full pool nothing makes room for a job that its project's limit holds")
    func roomForNobody() {
        let profiles = [warmProfile(2), profile("large", capabilities: ["size": "large"])]
        var full = policy(profiles, maximum: 3)
        full.maximumAgentsPerProject = 1
        let busy = launch(
            newLaunch(for: 9), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 9))])
        let job = waiting(1, demands: ["size -equals large"], project: "p")
        #expect(stopped(decisions([job], [busy, online(1), online(2)], full)).isEmpty)
    }

    @Test("A booking that its profile's maximum holds is made room for, by one idle agent")
    func roomForBooking() throws {
        let booking = newBooking()
        let input = PlanningInput(
            policy: policy([warmProfile(2, maximum: 2)]), requests: [], launches: [online(1), online(2)],
            bookings: [booking])
        let plan = plan(input, at: after(60))
        #expect(stopped(plan).count == 1)
        let leaving = launch(online(1), after: [.surplus])
        let next = PlanningInput(
            policy: policy([warmProfile(2, maximum: 2)]), requests: [], launches: [leaving, online(2)],
            bookings: [booking])
        #expect(stopped(SlipwayCore.plan(next, at: after(60))).isEmpty)
    }

    @Test("Where a maximum leaves no room for successors, those that idled long leave one by one")
    func wornWithoutRoom() {
        let old = [online(1), online(2)]
        let late = old[0].stateSince.adding(seconds: 20_000)
        let tight = policy([warmProfile(2, maximum: 2)])
        let first = stopped(decisions([], old, tight, at: late))
        #expect(first.count == 1)
        let leaving = old.map { $0.id == first[0] ? launch($0, after: [.surplus]) : $0 }
        #expect(stopped(decisions([], leaving, tight, at: late)).isEmpty)
    }

    @Test("In a full pool with fewer than are wanted an idle agent makes room all the same")
    func roomWithFewer() {
        let profiles = [warmProfile(3), profile("large", capabilities: ["size": "large"])]
        let busy = launch(
            newLaunch(for: 9), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 9))])
        let job = waiting(1, demands: ["size -equals large"])
        let full = policy(profiles, maximum: 3)
        #expect(stopped(decisions([job], [busy, online(1), online(2)], full)).count == 1)
        // Three of one project, which may have one: room for one.
        var own = full
        own.maximumAgentsPerProject = 1
        let three = (1...3).map { waiting(Int64($0), demands: ["size -equals large"], project: "q") }
        #expect(stopped(decisions(three, [online(1), online(2), online(3)], own)).count == 1)
    }

    @Test("Jobs that come one by one, and can't be given an agent, draw none either")
    func heldOneByOne() {
        let used = ParallelJobs(limit: 1, used: 1, readAt: after(50))
        var agents = [online(1)]
        for number in 1...4 {
            let jobs = (1...number).map { waiting(Int64($0)) }
            let made = launched(decisions(jobs, agents, policy([warmProfile(1)]), parallelJobs: used))
            #expect(made.isEmpty, "\(number)")
            agents += made
        }
        var own = policy([warmProfile(1)])
        own.maximumAgentsPerProject = 1
        let busy = launch(
            newLaunch(for: 99), after: [.startPermitted, accepted, .jobObserved(JobRequestID(rawValue: 99))])
        #expect(launched(decisions([waiting(1, project: "p")], [busy, online(1)], own)).isEmpty)
        #expect(launched(decisions([waiting(1, project: "q")], [busy, online(1)], own)).count == 1)
    }

    @Test("After a failure they are tried one by one, until one has come")
    func probe() {
        let refused = launch(
            warmLaunch(9), after: [.startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "denied"))])
        let history = ["small": WarmHistory(newestFirst: [refused])]
        let first = launched(decisions([], [], policy([warmProfile(5)]), history: history, at: after(500)))
        #expect(first.count == 1)
        #expect(launched(decisions([], first, policy([warmProfile(5)]), history: history, at: after(500))).isEmpty)
        // What is on its way for a job is no probe.
        let own = launch(after: [.startPermitted, accepted])
        let beside = decisions([waiting(4711)], [own], policy([warmProfile(5)]), history: history, at: after(500))
        #expect(launched(beside).count == 1)
        #expect(launched(decisions([], [online(1)], policy([warmProfile(5)]))).count == 4)
    }

    @Test("Without room for successors the next old one stays until the one before has a successor online")
    func wornOneByOne() throws {
        let old = [online(1), online(2)]
        let late = old[0].stateSince.adding(seconds: 20_000)
        let tight = policy([warmProfile(3, maximum: 3)])
        let successor = launch(warmLaunch(7), after: [.startPermitted, accepted])
        #expect(stopped(decisions([], old + [successor], tight, at: late)).isEmpty)
        let there = try #require(
            successor.applying(.agentObserved(agent(of: successor)), at: late, rules: LaunchRules())?.launch)
        #expect(stopped(decisions([], old + [there], tight, at: late)).count == 1)
    }

    @Test("Those of a profile that is not configured any more are stopped")
    func removedProfile() {
        #expect(stopped(decisions([], [online(1)], policy([profile("other")]))) == [online(1).id])
        let busy = launch(online(1), after: [.jobObserved(JobRequestID(rawValue: 5))])
        #expect(stopped(decisions([], [busy], policy([profile("other")]))).isEmpty)
    }

    @Test("A booking of a project that is to have no more agents keeps nobody from his warm one")
    func limitedBooking() {
        let input = PlanningInput(
            policy: policy([warmProfile(1)]), requests: [], launches: [], bookings: [newBooking()],
            heldProjects: ["p": "its budget is spent"])
        #expect(launched(plan(input, at: after(60))).map(\.isWarm) == [true])
    }

    @Test("What fails together counts once, and agents that come and end unseen count when it is no accident")
    func history2() {
        let together = (1...8).map { number in
            launch(
                online(number),
                after: [.agentTaskObserved(.stopped(AgentTaskStop(reason: "taken back", exitCode: 137)))])
        }
        #expect(WarmHistory(newestFirst: together).failures == 1)
        let exited = AgentTaskStop(reason: "Essential container exited", exitCode: 0)
        let unseen = (0..<6).map { number in
            let value = online(number + 1)
            return value.applying(
                .agentTaskObserved(.stopped(exited)), at: after(1_000 - number * 100), rules: LaunchRules())!.launch
        }
        #expect(WarmHistory(newestFirst: unseen.prefix(3)).failures == 0)
        #expect(WarmHistory(newestFirst: unseen).failures == 3)
    }

    @Test("After failures in a row the next is made after a pause that grows, and the reason is told")
    func pauses() throws {
        func failed(_ number: Int, at seconds: Int) -> Launch {
            let value = warm(number, after: [.startPermitted])
            let refusal = StartRefusal(kind: .permanent, message: "the image is gone")
            return value.applying(.startRefused(refusal), at: after(seconds), rules: LaunchRules())!.launch
        }
        let one = WarmHistory(newestFirst: [failed(1, at: 100)])
        #expect(one.failures == 1)
        let held = decisions([], [], policy([warmProfile(1)]), history: ["small": one], at: after(109))
        #expect(held.map(\.name) == ["hold"])
        #expect(held.first?.reason.contains("the image is gone") == true)
        let due = decisions([], [], policy([warmProfile(1)]), history: ["small": one], at: after(110))
        #expect(launched(due).count == 1)
        let three = WarmHistory(newestFirst: [failed(3, at: 300), failed(2, at: 200), failed(1, at: 100)])
        #expect(three.failures == 3)
        #expect(decisions([], [], policy([warmProfile(1)]), history: ["small": three], at: after(339)).count == 1)
        #expect(
            launched(decisions([], [], policy([warmProfile(1)]), history: ["small": three], at: after(340)))
                .count == 1)
    }

    @Test("An agent that came ends the row of failures; those on their way, and jobs' launches, say nothing")
    func history() {
        let refused = launch(
            warm(2, after: [.startPermitted]),
            after: [.startRefused(StartRefusal(kind: .permanent, message: "denied"))])
        let exited = AgentTaskStop(reason: "Essential container exited", exitCode: 0)
        let atOnce = warm(3, after: [.startPermitted, accepted, .agentTaskObserved(.stopped(exited))])
        let died = launch(
            online(4), after: [.agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137)))])
        let ran = launch(
            online(5), after: [.jobObserved(JobRequestID(rawValue: 1)), .agentTaskObserved(.stopped(exited))])
        #expect(WarmHistory(newestFirst: [refused, online(1), refused]).failures == 1)
        let earlier = warm(3, after: [.startPermitted]).applying(
            .startRefused(StartRefusal(kind: .permanent, message: "denied")), at: after(100), rules: LaunchRules())!
            .launch
        #expect(WarmHistory(newestFirst: [warmLaunch(7), newLaunch(), earlier, refused]).failures == 2)
        #expect(WarmHistory(newestFirst: [atOnce]).failures == 1, "an image that ends at once, and well")
        #expect(WarmHistory(newestFirst: [died]).failures == 1, "one that comes and dies")
        #expect(WarmHistory(newestFirst: [ran, refused]).failures == 0)
        #expect(WarmHistory(newestFirst: []).failures == 0)
    }
}

@Suite("The job of a launch that isn't its own") struct RanOriginTests {
    private let theirs = JobOrigin(projectID: "q", pipelineID: 3, pipelineName: "nightly", runID: 8, jobName: "Build")

    private func request(_ id: Int64, of launch: Launch, _ origin: JobOrigin) -> JobRequest {
        JobRequest(
            id: JobRequestID(rawValue: id), queuedAt: start, receivedAt: after(40),
            reservation: .init(agentName: launch.agentName, isOnline: true), origin: origin)
    }

    @Test("Whose job a warm agent takes is told with it, in one change, and read of its run anew")
    func told() throws {
        let value = online(1)
        let reading = read(requests: [request(5, of: value, theirs)], launches: [value])
        #expect(reading.events.map(\.event) == [.jobObserved(JobRequestID(rawValue: 5), theirs)])
        let transition = try #require(value.applying(reading.events[0].event, at: after(50), rules: LaunchRules()))
        #expect(transition.launch.jobOrigin == theirs)
        #expect(transition.entry.facts["pipelineName"] == .text("nightly"))
        #expect(transition.entry.facts["run"] == .integer(8))
        #expect(read(requests: [request(5, of: value, theirs)], launches: [transition.launch]).events.isEmpty)
    }

    @Test("A launch that takes its own job has no other's; one that takes another's forgets whose run it was")
    func stolen() {
        let value = launch(after: [.startPermitted, accepted, .runDescribed(RunFacts(commit: "f0"))])
        let own = read(requests: [request(4711, of: value, theirs)], launches: [value])
        #expect(own.events.map(\.event) == [.jobObserved(JobRequestID(rawValue: 4711))])
        let taken = launch(value, after: [.jobObserved(JobRequestID(rawValue: 5), theirs)])
        #expect(taken.ranOrigin == theirs && taken.run == nil)
        #expect(launch(value, after: [.jobObserved(JobRequestID(rawValue: 4711), nil)]).run != nil)
    }

    @Test("A job that came and went between two looks is asked about until it is known whose it was")
    func unseen() {
        let value = launch(online(1), after: [.jobEnded(JobRequestID(rawValue: 5), result: "succeeded")])
        #expect(read(requests: [], launches: [value]).vanished == [JobRequestID(rawValue: 5)])
        var gone = request(5, of: value, theirs)
        gone.result = "succeeded"
        gone.finishedAt = after(45)
        let events = read(vanished: gone.id, as: gone, launches: [value]).map(\.event)
        #expect(events.last == .jobDescribed(gone.id, theirs))
        let known = launch(value, after: events)
        #expect(known.jobOrigin == theirs)
        #expect(read(requests: [], launches: [known]).vanished.isEmpty)
        #expect(launch(value, after: [.jobDescribed(JobRequestID(rawValue: 6), theirs)]).ranOrigin == nil)
    }

    @Test("A second job that its agent leaves behind leaves the first one's")
    func leftBehind() {
        let second = JobOrigin(projectID: "r", runID: 9)
        let events: [LaunchEvent] = [
            .jobObserved(JobRequestID(rawValue: 5), theirs), .jobEnded(JobRequestID(rawValue: 5), result: "succeeded"),
            .jobObserved(JobRequestID(rawValue: 6), second),
        ]
        let two = launch(online(1), after: events)
        #expect(two.jobOrigin == second)
        let one = launch(two, after: [.jobLeftBehind(JobRequestID(rawValue: 6))])
        #expect(one.ran == JobRequestID(rawValue: 5))
        #expect(one.jobOrigin == theirs)
    }

    @Test("What was read of a run is kept while its job is the agent's, and not a moment longer")
    func runFacts() {
        let job = JobRequestID(rawValue: 5)
        let described = launch(
            online(1), after: [.jobObserved(job, theirs), .runDescribed(RunFacts(commit: "f0"), run: 8)])
        #expect(described.run?.commit == "f0")
        #expect(launch(described, after: [.jobWithdrawn(job)]).run == nil)
        #expect(
            launch(online(1), after: [.jobObserved(job, theirs), .runDescribed(RunFacts(commit: "f0"), run: 9)]).run
                == nil)
        let second: [LaunchEvent] = [
            .jobEnded(job, result: "succeeded"),
            .jobObserved(JobRequestID(rawValue: 6), JobOrigin(projectID: "r", runID: 9)),
        ]
        let two = launch(described, after: second)
        #expect(two.run == nil)
        let late = launch(
            two, after: [.runDescribed(RunFacts(commit: "ff"), run: 9), .jobLeftBehind(JobRequestID(rawValue: 6))])
        #expect(late.ranOrigin == theirs && late.run == nil)
    }

    @Test("A withdrawn job leaves none")
    func withdrawn() {
        let job = JobRequestID(rawValue: 5)
        #expect(launch(online(1), after: [.jobObserved(job, theirs), .jobWithdrawn(job)]).ranOrigin == nil)
    }
}

@Suite("A warm agent's agent task") struct WarmOrderTests {
    @Test("Its image lets it idle for as long as it is kept")
    func idle() throws {
        func minutes(_ launch: Launch) throws -> String? {
            let order = try #require(
                AgentTaskOrder(launch, profile: warmProfile(1), pool: policy(), organizationURL: "https://x.example"))
            return order.environment.first { $0.name == "SLIPWAY_IDLE_MINUTES" }?.value
        }
        let (kept, other) = (
            try minutes(warm(1, after: [.startPermitted])), try minutes(launch(after: [.startPermitted]))
        )
        #expect(kept == "295")
        #expect(other == nil)
    }

    @Test("So does another's, where its profile waits for longer than the image would")
    func idleForLong() throws {
        var profile = warmProfile(1)
        profile.deadlines = Deadlines(idleSeconds: 7_200)
        let order = try #require(
            AgentTaskOrder(
                launch(after: [.startPermitted]), profile: profile, pool: policy(),
                organizationURL: "https://x.example"))
        #expect(order.environment.first { $0.name == "SLIPWAY_IDLE_MINUTES" }?.value == "150")
    }

    @Test("While it idles online nothing about it moves; on its way it does")
    func moving() {
        #expect(!online(1).isMoving)
        #expect(online(1).awaitsAgent)
        #expect(warmLaunch(1).isMoving)
        #expect(launch(after: [.startPermitted, accepted, .agentObserved(agent())]).isMoving)
    }
}
