internal import SlipwayCore

/// `PoolReconciler`, `ReconcilePass` and `PoolFollowUp`.
extension EngineModel {
    func hookArrives() {
        guard isAlive, hasRecovered, world.now >= world.disk.brokenUntil else { return }
        isHooked = true
        if !isPassing, passFailures == 0 { beginPass() }
    }

    func beginPass() {
        guard isAlive, !isPassing else { return }
        isPassing = true
        isHooked = false
        let before = book
        call(.listJobRequests) { [world] in
            world.unfinishedJobRequests()
        } then: { [self] requests in
            guard let requests else { return endPass(isActive: true, failed: true) }
            decide(requests, before)
        }
    }

    private func decide(_ requests: [JobRequest], _ before: [Launch]) {
        let reading = read(requests: requests, launches: before)
        let launches = current(
            before, now: book, after: reading.events, at: world.clock, rules: rules(for:))
        guard world.now >= world.disk.brokenUntil else { return endPass(isActive: true, failed: true) }
        let bookings = world.disk.bookings.values.sorted { $0.overrules($1) }
        let decisions = plan(
            PlanningInput(
                policy: world.policy, requests: requests, launches: launches, history: history(of: requests, launches),
                bookings: bookings,
                bookingHistory: bookings.reduce(into: [:]) { $0[$1.id] = world.disk.history(of: $1.id) },
                warmHistory: ["small": world.disk.warmHistory(of: "small")]),
            at: world.clock)
        // The two commits overlap: either may come first, and either may fail alone.
        untold = Set(reading.events.map(\.launch))
        let steps: [() throws -> Void] = [
            { [self] in
                try apply(reading.events)
                untold = []
            }, { [self] in try carryOut(decisions, launches) },
        ]
        let order = world.dice.chance(0.5) ? [0, 1] : [1, 0]
        var failed = false
        func run(_ rest: [Int]) {
            guard let first = rest.first else { return finish() }
            do { try steps[first]() } catch { failed = true }
            after(world.dice.within(0...20)) { run(Array(rest.dropFirst())) }
        }
        func finish() {
            guard !failed else { return endPass(isActive: true, failed: true) }
            lastDecisions = decisions
            noteRefusals(decisions)
            question = (launches, reading.vanished)
            followVanished()
            readAgents()
            let isExpectant = decisions.contains {
                switch $0.action {
                case .launch, .served: true
                case .hold: $0.profile == nil
                case .stop, .refuse: false
                }
            }
            endPass(isActive: isExpectant || launches.contains(where: \.isMoving), failed: false)
        }
        run(order)
    }

    private func history(of requests: [JobRequest], _ launches: [Launch]) -> [JobRequestID: RequestHistory] {
        let answered = Set(launches.filter(\.canTakeJob).compactMap(\.request))
        var history: [JobRequestID: RequestHistory] = [:]
        for request in requests where request.isWaiting && !answered.contains(request.id) {
            history[request.id] = world.disk.history(of: request.id)
        }
        return history
    }

    private func carryOut(_ decisions: [Decision], _ current: [Launch]) throws {
        var launches: [Launch] = []
        var surplus: [PoolReading.Event] = []
        for decision in decisions {
            switch decision.action {
            case .launch(let launch): launches.append(launch)
            case .stop(let id): surplus.append(.init(launch: id, event: .surplus))
            case .served, .hold, .refuse: break
            }
        }
        try apply(surplus)
        let isQueueEmpty = !current.contains { $0.state == .planned }
        try insert(
            launches.map { launch in
                guard isQueueEmpty, bucket.take(at: world.clock) == nil,
                    let started = launch.applying(.startPermitted, at: world.clock, rules: rules(for: launch))
                else { return launch }
                permits.insert(launch.id)
                return started.launch
            })
    }

    private func endPass(isActive: Bool, failed: Bool) {
        isPassing = false
        passFailures = failed ? passFailures + 1 : 0
        let pause =
            failed
            ? min(Self.sweepMilliseconds, Self.activeMilliseconds << min(passFailures - 1, 6))
            : isActive ? Self.activeMilliseconds : Self.sweepMilliseconds
        if isHooked, !failed { return after(1) { [self] in beginPass() } }
        passIsDueAt = world.now + pause
        after(pause) { [self] in
            if world.now >= passIsDueAt { beginPass() }
        }
    }

    // MARK: A closer look

    private func followVanished() {
        guard !isReadingVanished, let next = question else { return }
        question = nil
        isReadingVanished = true
        readVanished(next.vanished[...], next.launches)
    }

    private func readVanished(_ ids: ArraySlice<JobRequestID>, _ launches: [Launch]) {
        guard let id = ids.first else {
            isReadingVanished = false
            return followVanished()
        }
        call(.readJobRequest) { [world] in
            world.jobRequest(id)
        } then: { [self] request in
            if let request { try? apply(read(vanished: id, as: request, launches: launches)) }
            readVanished(ids.dropFirst(), launches)
        }
    }

    private func readAgents() {
        guard !isReadingAgents else { return isAskedForAgents = true }
        isAskedForAgents = false
        let launches = book
        let isTooSoon = agentsReadAt.map { world.clock.millisecondsSince($0) < Self.activeMilliseconds } ?? false
        guard !isTooSoon, launches.contains(where: \.awaitsAgent) else { return }
        isReadingAgents = true
        let lookedAt = world.clock
        agentsReadAt = lookedAt
        call(.listAgents) { [world] in
            world.agents()
        } then: { [self] agents in
            if let agents {
                do {
                    try apply(read(agents: agents, launches: launches))
                    sight.read(lookedAt: lookedAt)
                } catch {}
            }
            isReadingAgents = false
            if isAskedForAgents { readAgents() }
        }
    }
}
