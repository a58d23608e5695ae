import Testing

@testable import SlipwayCore

@Suite("Recorded jobs against another policy") struct ReplayTests {
    private func replay(_ launches: [Launch], _ policy: ReplayPolicy, seconds: Int = 86_400) -> ReplayOutcome {
        Replay.run(recording(launches), policy, from: start, to: after(seconds))
    }

    private func policy(
        _ profiles: [Profile] = [profile()], maximum: Int = 1_000, perProject: Int? = nil, sweep: Int = 30,
        starts: Int = 20,
        hooks: Bool = true
    ) -> ReplayPolicy {
        ReplayPolicy(
            pool: PoolPolicy(
                id: pool, name: "ecs-linux", organization: organization, profiles: profiles, maximumAgents: maximum,
                maximumAgentsPerProject: perProject),
            sweepSeconds: sweep, startsPerSecond: starts, startBurst: starts, hasHooks: hooks)
    }

    /// One each five minutes: none meets another.
    private let calm = (0..<10).map { PastJob(request: Int64($0 + 1), at: $0 * 300).launch }
    /// All in the first ten seconds.
    private let burst = (0..<10).map { PastJob(request: Int64($0 + 1), at: $0).launch }

    @Test("Against the policy that it was recorded under it comes out as it was")
    func same() {
        let recorded = recording(calm).outcome
        let outcome = replay(calm, policy([profileOnDemand()]))
        #expect(outcome.waits == recorded.waits)
        #expect(outcome.waits == Array(repeating: 41_000, count: 10))
        #expect(outcome.launches == 10 && outcome.unused == 0 && outcome.unserved == 0)
        #expect(outcome.cost == recorded.cost)
        #expect(outcome.mostAtOnce == recorded.mostAtOnce)
        #expect(outcome.agentMilliseconds == recorded.agentMilliseconds)
        #expect(outcome.idleMilliseconds == recorded.idleMilliseconds)
    }

    private func profileOnDemand(_ change: (inout Profile) -> Void = { _ in }) -> Profile {
        var value = profile()
        value.placements = [Placement(capacity: .capacityProvider("FARGATE"))]
        change(&value)
        return value
    }

    @Test("Warm agents take the wait away, and cost what they idle")
    func warm() {
        let cold = replay(calm, policy([profileOnDemand()]), seconds: 3_600)
        let warm = replay(
            calm, policy([profileOnDemand { $0.warm = [WarmWindow(agents: 1)!] }]), seconds: 3_600)
        // The first comes when nobody is there yet; each job has another agent follow.
        #expect(warm.waits.dropLast() == Array(repeating: 1_000, count: 9)[...])
        #expect(warm.launches == 11 && warm.unused == 1)
        #expect(warm.cost > cold.cost)
        #expect(warm.idleMilliseconds > 3_000_000 && warm.idleMilliseconds < 3_600_000)
        #expect(cold.idleMilliseconds == 10_000)
    }

    @Test("A window that is closed keeps none warm")
    func closedWindow() {
        // The records begin at 06:40 UTC, and take less than an hour.
        let night = WarmWindow(agents: 5, from: 20 * 60, to: 22 * 60)!
        let outcome = replay(calm, policy([profileOnDemand { $0.warm = [night] }]), seconds: 3_600)
        #expect(outcome == replay(calm, policy([profileOnDemand()]), seconds: 3_600))
    }

    @Test("Under a limit jobs wait for one another, and all run")
    func limits() {
        let free = replay(burst, policy([profileOnDemand()]))
        #expect(free.mostAtOnce == 10)
        for limited in [policy([profileOnDemand { $0.maximumAgents = 2 }]), policy(maximum: 2)] {
            let outcome = replay(burst, limited)
            #expect(outcome.mostAtOnce == 2 && outcome.waits.count == 10 && outcome.unserved == 0)
            // Five after another: each takes a start-up, a second, its job, and ten seconds until its place is free.
            #expect((4 * 151_000...4 * 151_000 + 50_000).contains(outcome.waits.last ?? 0), "\(outcome.waits)")
        }
        let own = replay(burst, policy(perProject: 1))
        #expect(own.mostAtOnce == 1 && own.waits.count == 10 && own.unserved == 0)
    }

    @Test("Starts come at the pace of the bucket")
    func pace() {
        let outcome = replay(burst, policy(starts: 1))
        #expect(outcome.waits.allSatisfy { $0 <= 43_000 })
        let together = (0..<10).map { PastJob(request: Int64($0 + 1), at: 0).launch }
        let paced = replay(together, policy(starts: 1))
        #expect(paced.waits.last.map { (49_000...52_000).contains($0) } == true, "\(paced.waits)")
    }

    @Test("Without hooks the sweep finds the jobs, at its own pace")
    func sweep() {
        let lagging = (0..<50).map { PastJob(request: Int64($0 + 1), at: $0 * 307).launch }
        let hooks = replay(lagging, policy(sweep: 60))
        let without = replay(lagging, policy(sweep: 60, hooks: false))
        #expect(hooks.waits.last == 41_000)
        #expect(without.waits.last.map { (90_000...101_000).contains($0) } == true)
        #expect(without.waits.count == 50)
    }

    @Test("Placements and sizes change the cost alone")
    func cost() {
        let one = replay(calm, policy([profileOnDemand()])).cost
        let spot = replay(calm, policy()).cost
        let four = replay(calm, policy([profileOnDemand { $0.cpu = 4_096 }])).cost
        #expect((spot.nanos * 4 - one.nanos).magnitude < 100)
        #expect((four.nanos - one.nanos * 4).magnitude < 100)
        let instances = replay(
            calm, policy([profileOnDemand { $0.placements = [Placement(capacity: .launchType("EC2"))] }]))
        #expect(instances.cost == .zero && instances.withoutPrice == 10)
    }

    @Test("A job whose agent another took gets a launch of its own, and starts when that is there")
    func stolen() {
        // The start-ups are drawn from 20, 60 and 100 s; so agents overtake one another.
        let jobs = (0..<40).map { number in
            PastJob(
                request: Int64(number + 1), at: number * 25, startup: [20, 60, 100][number % 3], seconds: 300,
                project: "p\(number % 2)"
            ).launch
        }
        let outcome = replay(jobs, policy([profileOnDemand()]))
        #expect(outcome.waits.count == 40 && outcome.unserved == 0)
        #expect(outcome.launches == 40)
        #expect(outcome.waits.allSatisfy { $0 <= 101_000 }, "\(outcome.waits)")
    }

    @Test("A job that was queued before the span came with it, however long before, and nothing is kept warm before")
    func early() {
        let old = PastJob(request: 1, at: 100, queuedSecondsBefore: 3_000_000).launch
        var early = Recording(pool: pool, prices: replayPrices, from: start)
        early.add(old)
        early.finish()
        #expect(early.jobs.map(\.arrivedAt) == [start])
        let warm = policy([profileOnDemand { $0.warm = [WarmWindow(agents: 1)!] }])
        let outcome = Replay.run(early, warm, from: start, to: after(3_600))
        #expect(outcome.agentMilliseconds < 3_700_000)
    }

    @Test("A profile that the policy lacks is named, before anything is replayed")
    func missing() {
        let other = recording([PastJob(request: 1, at: 0, profile: "gone").launch])
        #expect(policy().missing(other) == ["gone"])
        #expect(policy().missing(recording(calm)).isEmpty)
    }

    @Test("The same comes out each time, whatever the order of what was read")
    func deterministic() {
        let jobs = (0..<200).map { number in
            PastJob(
                request: Int64(number + 1), at: number * 37 % 3_000, startup: 20 + number * 7 % 60,
                seconds: 30 + number * 13 % 400, project: "p\(number % 3)"
            ).launch
        }
        let tight = policy(
            [
                profileOnDemand {
                    $0.maximumAgents = 7
                    $0.warm = [WarmWindow(agents: 3)!]
                }
            ], perProject: 4)
        let first = replay(jobs, tight)
        #expect(first.waits.count == 200 && first.unserved == 0)
        #expect(replay(jobs.reversed(), tight) == first)
        #expect(first.mostAtOnce == 7)
    }

    @Test("What no agent will ever have is told")
    func unserved() {
        var value = profileOnDemand()
        value.maximumAgents = 0
        let outcome = replay(calm, policy([value]))
        #expect(outcome.unserved == 10 && outcome.waits.isEmpty && outcome.launches == 0)
    }
}

@Suite("A replay's agenda") struct ReplayAgendaTests {
    @Test("What is earliest comes first; at one instant, what was added first")
    func order() {
        var agenda = ReplayAgenda<Int>()
        let instants = (0..<500).map { $0 * 7_919 % 101 }
        for (number, instant) in instants.enumerated() { agenda.add(number, at: after(instant)) }
        var popped: [(Int, Int)] = []
        while let next = agenda.popFirst() {
            popped.append((Int(next.at.millisecondsSince(start) / 1_000), next.event))
        }
        #expect(
            popped.map(\.1)
                == instants.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.map(\.offset))
    }
}
