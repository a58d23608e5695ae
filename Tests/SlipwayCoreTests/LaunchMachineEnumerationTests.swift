import Testing

@testable import SlipwayCore

private let first = JobRequestID(rawValue: 4711)
private let second = JobRequestID(rawValue: 4712)

private func events(at now: Timestamp) -> [LaunchEvent] {
    [
        .startPermitted, .agentTaskAccepted(arn, placement: "FARGATE"),
        .startRefused(StartRefusal(kind: .capacity, message: "no room")),
        .startRefused(StartRefusal(kind: .throttled, message: "slow down")),
        .startRefused(StartRefusal(kind: .permanent, message: "denied")), .startUnanswered("timeout"),
        .agentTaskObserved(.pending), .agentTaskObserved(.running), .agentTaskObserved(.stopping),
        .agentTaskObserved(.missing), .agentTaskObserved(.stopped(AgentTaskStop(reason: "exited", exitCode: 0))),
        .agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137))),
        .agentTasksFound([], lookedAt: now), .agentTasksFound([arn], lookedAt: now),
        .runDescribed(RunFacts(commit: "f0")), .runDescribed(RunFacts(requestedFor: "6ad1", cause: "manual"), run: 8),
        .agentTaskDescribed(AgentTaskDefinition(id: "azp-agent:7")),
        .searchFailed("503"), .agentDisabled, .disablingFailed("503"), .agentObserved(agent()),
        .agentObserved(agent(online: false)),
        .agentObserved(agent(holding: 4711)), .jobObserved(first), .jobObserved(second),
        .jobObserved(second, JobOrigin(runID: 8)), .jobDescribed(second, JobOrigin(runID: 8)),
        .jobEnded(first, result: "succeeded"), .jobReturned(first), .jobReturned(second), .jobWithdrawn(first),
        .jobLeftBehind(first),
        .jobEnded(second, result: nil),
        .requestGone, .requestWaits, .quiesced(lookedAt: now),
        .stopCalled, .registrationGone, .recovered, .cleaningFailed("503"), .surplus, .stopRequested("operator"),
        .stopForced("operator"),
        .timePassed, .claimed(claim()), .claimed(claim(key: 3)), .claimAnswered(credentials), .claimFailed("503"),
        .claimReplaces,
        .claimMisused, .agentRegistered(AgentID(rawValue: 99)), .registeringFailed("503"), .agentNameTaken,
    ]
}

/// Every launch that can be reached within some events, with time that stands still, passes a little or a lot.
@Suite struct LaunchMachineEnumerationTests {
    /// What matters for what may happen next; times and counters aside.
    private struct Shape: Hashable {
        var state: String
        var cleaning: [Bool]
        var hasAgentTask: Bool
        var ran: JobRequestID?
        var isOrphaned: Bool
        var isMissing: Bool
        var claim: [Bool]
        var isToBeRegistered: Bool

        init(_ launch: Launch) {
            state = launch.state.name
            hasAgentTask = launch.agentTask != nil
            ran = launch.ran
            isOrphaned = launch.orphanedAt != nil
            isMissing = launch.missingSince != nil
            isToBeRegistered = launch.isToBeRegistered
            claim = launch.claim.map { [$0.askedAt != nil, $0.credentials != nil, $0.misusedAt != nil] } ?? []
            if case .cleaning(let value) = launch.state {
                cleaning = [
                    value.quiescedAt != nil, value.isAgentTaskGone, value.isStopCalled, value.isForced == true,
                ]
                state += "(\(value.cause.outcome.kind))"
            } else {
                cleaning = []
            }
        }
    }

    @Test(arguments: [newLaunch(), boundLaunch(), warmLaunch()])
    func noEventInNoReachableStateBreaksAnInvariant(first: Launch) {
        var seen: Set<Shape> = []
        var frontier: [(launch: Launch, at: Timestamp)] = [(first, start)]
        var transitions = 0
        while let (launch, now) = frontier.popLast() {
            guard seen.insert(Shape(launch)).inserted else { continue }
            for pause in [0, 30, 100_000] {
                let later = now.adding(seconds: pause)
                for event in events(at: later) {
                    guard let transition = launch.applying(event, at: later, rules: LaunchRules(rungs: 2)) else {
                        continue
                    }
                    transitions += 1
                    check(launch, event, transition)
                    frontier.append((transition.launch, later))
                }
            }
        }
        // All eight states, and far more shapes than states: the search did go somewhere.
        #expect(Set(seen.map { $0.state.prefix(while: { $0 != "(" }) }).count == 8)
        #expect(seen.count > 60)
        #expect(transitions > 1_000)
    }

    /// What a row may be held against: no sound history contradicts the launch that it led to.
    @Test(arguments: [newLaunch(), boundLaunch(), warmLaunch()])
    func whatItsRecordsTellIsWhatALaunchHas(first: Launch) {
        var opened = LaunchTelling()
        let opening = first.openingEntry()
        opened.take(kind: opening.kind, facts: opening.facts.byName)
        struct Told: Hashable {
            var shape: Shape
            var run: RunFacts?
            var ranOrigin: JobOrigin?
            var earlierRan: JobRequestID?
        }
        var seen: Set<Told> = []
        var frontier: [(launch: Launch, at: Timestamp, telling: LaunchTelling)] = [(first, start, opened)]
        while let (launch, now, before) = frontier.popLast(), seen.count < 1_500 {
            let told = Told(
                shape: Shape(launch), run: launch.run, ranOrigin: launch.ranOrigin, earlierRan: launch.earlierRan)
            guard seen.insert(told).inserted else { continue }
            for pause in [0, 100_000] {
                let later = now.adding(seconds: pause)
                for event in events(at: later) {
                    guard let transition = launch.applying(event, at: later, rules: LaunchRules(rungs: 2)) else {
                        continue
                    }
                    var telling = before
                    let facts = transition.entry.facts.byName
                    telling.take(kind: transition.entry.kind, facts: facts)
                    #expect(telling.version == transition.launch.version)
                    #expect(telling.contradiction(of: transition.launch) == nil, "\(event) in \(launch)")
                    let unknown = Set(facts.keys).subtracting(LaunchTelling.laterNames)
                        .subtracting(LaunchTelling.passingNames).subtracting(["cause", "reason"])
                    #expect(unknown.isEmpty, "what is told and not compared has to be named")
                    frontier.append((transition.launch, later, telling))
                }
            }
        }
        #expect(seen.count > 60)
    }

    private func check(_ old: Launch, _ event: LaunchEvent, _ transition: LaunchTransition) {
        let new = transition.launch
        #expect(old.isOpen, "a closed launch never changes")
        #expect(new.version == old.version + 1)
        #expect(transition.entry.subject == new.id.rawValue)
        if case .closed = new.state {
            guard case .cleaning(let cleaning) = old.state else {
                Issue.record("closed without cleaning, from \(old.state) by \(event)")
                return
            }
            #expect(cleaning.isAgentTaskGone && event == .registrationGone, "closed before both were observed gone")
        }
        if case .busy = old.state, case .cleaning = new.state {
            // I4: only the cluster's word that the agent task has ended ends a busy launch.
            switch event {
            case .agentTaskObserved(.stopped, _), .agentTaskObserved(.missing, _): break
            // Or a person, who has said why.
            case .stopForced: break
            // Nor is it busy any more when the service has given its job to the queue again.
            case .jobReturned(old.ran), .jobWithdrawn(old.ran), .jobLeftBehind(old.ran): break
            default: Issue.record("a busy launch was ended by \(event)")
            }
        }
        if let credentials = old.claim?.credentials {
            #expect(
                new.claim?.credentials == credentials && new.claim?.key == old.claim?.key, "a claim is granted once")
        }
        if case .pending = new.state { #expect(new.agentTask != nil) }
        if new.effect(at: Timestamp(milliseconds: .max)) == .startAgentTask(attempt: new.attempt) {
            #expect(!new.isToBeRegistered, "a booked agent is registered before its agent task is started")
        }
        if case .busy = new.state {
            let harmless: [LaunchEffect?] = [.disableAgent, new.agentTask == nil ? .findAgentTasks : nil]
            #expect(
                harmless.contains(new.effect(at: Timestamp(milliseconds: .max))),
                "nothing is done to a busy agent, but that it is given no second job")
        }
        if case .cleaning(let cleaning) = new.state {
            if case .stopAgentTask = new.effect(at: new.stateSince) {
                #expect(cleaning.quiescedAt != nil || cleaning.isStopCalled || cleaning.isForced == true)
            }
            #expect(new.effect(at: Timestamp(milliseconds: .max)) != nil, "cleaning always has something to do")
        }
    }

    @Test func everyOpenStateWaitsForADeadlineOrHasAnEffectOrIsBusy() {
        for launch in reachable() where launch.isOpen {
            let hasDeadline = launch.deadline(Deadlines()) != nil
            let hasEffect = launch.effect(at: Timestamp(milliseconds: .max)) != nil
            if case .busy = launch.state { continue }
            #expect(hasDeadline || hasEffect, "\(launch.state) could stay for ever")
        }
    }

    private func reachable() -> [Launch] {
        var seen: [Shape: Launch] = [:]
        var frontier = [newLaunch(), boundLaunch()]
        while let launch = frontier.popLast() {
            guard seen[Shape(launch)] == nil else { continue }
            seen[Shape(launch)] = launch
            for event in events(at: after(500_000)) {
                if let next = launch.applying(event, at: after(500_000), rules: LaunchRules()) {
                    frontier.append(next.launch)
                }
            }
        }
        return Array(seen.values)
    }
}
