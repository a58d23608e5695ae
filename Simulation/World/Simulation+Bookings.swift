internal import SlipwayCore

/// A task of a pipeline that asks for an agent, in the service's eyes.
struct BookedTask {
    var script: Scenario.Job
    var identity: BookingIdentity
    var name: BoundAgentName
    var result: BookingOutcome.Result?
    var isAccepted = false
    var isCancelled = false
    /// Its launches that the world did harm to.
    var harm = 0

    var isTold: Bool { result != nil }
    /// It ended in a way that leaves its job undone.
    var isWithoutJob: Bool { result.map { $0 != .succeeded } ?? false }
}

/// Pipelines' tasks, and the agents that they book.
extension Simulation {
    /// The call is sent until it is accepted: as the pipeline's author would run it again.
    func taskAsks(for script: Scenario.Job) {
        let number = pool.bookings.count + 1
        guard let name = BoundAgentName(run: number, key: "agent") else { return }
        let identity = BookingIdentity(plan: "plan-\(number)", job: "job", instance: "task")
        pool.bookings.append(BookedTask(script: script, identity: identity, name: name))
        note("a task asks for \(name) (\(script.kind))")
        ask(number - 1)
        if let cancelledAfter = script.cancelledAfter {
            after(cancelledAfter) { [self] in cancelTask(number - 1) }
        }
    }

    private func ask(_ index: Int) {
        let task = pool.bookings[index]
        guard !task.isAccepted, !task.isTold, !task.isCancelled else { return }
        send(.bookingLost) { engine in
            engine.accept(task.identity, task.name, large: task.script.kind == .large)
        } then: { [self] isAccepted in
            if isAccepted {
                pool.bookings[index].isAccepted = true
                // The store was lost while the answer was on its way.
                if disk.bookings[task.identity.id] == nil, !pool.bookings[index].isTold {
                    pool.bookings[index].result = .failed
                }
            }
            after(dice.within(5_000...20_000)) { [self] in ask(index) }
        }
    }

    /// The run is cancelled: while its task waits that is told to Slipway, afterwards it ends the job.
    private func cancelTask(_ index: Int) {
        guard !pool.bookings[index].isTold else { return }
        count(.other(.jobCancelled))
        note("the run that asked for \(pool.bookings[index].name) is cancelled")
        pool.bookings[index].isCancelled = true
        guard pool.bookings[index].isAccepted else {
            pool.bookings[index].result = .canceled
            return cancelCall(index, tries: 3)
        }
        cancelCall(index, tries: 100)
    }

    private func cancelCall(_ index: Int, tries: Int) {
        send(.bookingLost) { [self] engine in
            engine.cancel(pool.bookings[index].identity)
        } then: { [self] isHeard in
            guard !isHeard, tries > 1 else { return }
            after(dice.within(1_000...10_000)) { [self] in cancelCall(index, tries: tries - 1) }
        }
    }

    /// To whatever process of Slipway runs when it arrives.
    private func send(
        _ loss: Fault.Other, _ call: @escaping (EngineModel) -> Bool, then: @escaping (Bool) -> Void
    ) {
        let givenUp = dice.within(1_000...20_000)
        guard !strikes(loss) else { return after(givenUp) { then(false) } }
        after(dice.delay(upTo: 2_000)) { [self] in
            guard let engine, engine.isAlive, engine.hasRecovered, call(engine), !strikes(.bookingAnswerLost) else {
                return after(givenUp) { then(false) }
            }
            after(dice.delay(upTo: 1_000)) { then(true) }
        }
    }

    /// The task is told how it ended. What comes after the first word is not heard.
    func taskIsTold(_ identity: BookingIdentity, _ outcome: BookingOutcome) {
        let result = outcome.result
        guard let index = pool.bookings.firstIndex(where: { $0.identity == identity }), !pool.bookings[index].isTold
        else { return }
        let task = pool.bookings[index]
        note("the task that asked for \(task.name) is told: \(result.rawValue)")
        // The pool gives an idle agent to whoever waits.
        let wasGivenAnother = pool.jobs.contains { $0.agentName == task.name.rawValue && $0.boundTo != task.name }
        let isItsLoss = outcome.message.name == .agentLost && wasGivenAnother
        if scenario.hasNoFaults, result != .succeeded, !isItsLoss {
            violate(.everyJobServed, "\(task.name) was not to be had, and nothing had gone wrong")
        }
        pool.bookings[index].result = result
        guard result == .succeeded, !task.isCancelled else {
            if task.isCancelled { pool.bookings[index].result = .canceled }
            return
        }
        after(dice.within(200...6_000)) { [self] in jobComes(task.script, boundTo: task.name) }
    }

    /// With the store its bookings are gone: their tasks end by their jobs' timeouts.
    func forgetBookings() {
        for index in pool.bookings.indices where pool.bookings[index].isAccepted && !pool.bookings[index].isTold {
            pool.bookings[index].result = .failed
        }
    }

    func harm(_ booking: BookingID) {
        if let index = pool.bookings.firstIndex(where: { $0.identity.id == booking }) { pool.bookings[index].harm += 1 }
    }

    func isHarmed(_ name: BoundAgentName) -> Bool {
        pool.bookings.contains { $0.name == name && ($0.harm > 0 || $0.isCancelled) } || lastFaultAt >= 0
    }

    /// One registration for a name; the same launch finds its own.
    func registerBooked(_ launch: Launch) -> BoundRegistrationAnswer {
        let name = launch.agentName
        if let place = pool.registration(named: name) {
            let known = pool.registrations[place]
            return known.madeFor == launch.id ? .registered(known.agent) : .nameTaken
        }
        pool.lastAgentID += 1
        let agent = AgentID(rawValue: pool.lastAgentID)
        pool.registrations.append(
            .init(
                agent: agent, name: name, isLarge: launch.profile == "large", isOnline: false, madeFor: launch.id,
                createdAt: now))
        note("\(name) is registered for \(launch.id)")
        assignSoon()
        return .registered(agent)
    }
}

extension Scenario {
    var hasNoFaults: Bool { rates.allSatisfy { $0 == 0 } }
}
