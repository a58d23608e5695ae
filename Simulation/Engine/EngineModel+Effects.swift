internal import SlipwayCore

/// `EffectRunner` and `EffectPerformer`: a launch's effects one after the other, those of different launches side by side.
extension EngineModel {
    func enqueue(_ id: LaunchID) {
        guard effectsUnderWay[id] == nil else {
            effectsUnderWay[id] = true
            return
        }
        effectsUnderWay[id] = false
        after(world.dice.delay(upTo: 40)) { [self] in work(on: id) }
    }

    private func work(on id: LaunchID) {
        if let event = unstored[id] {
            do { try apply(event, to: id) } catch { return rest(id) }
            unstored[id] = nil
        }
        guard let launch = launch(id), let effect = launch.effect(at: world.clock), mayBegin(effect, launch) else {
            return rest(id)
        }
        perform(effect, launch) { [self] event in
            note(event, of: launch)
            do {
                guard try apply(event, to: id) != nil else { return rest(id) }
                work(on: id)
            } catch {
                if case .startAgentTask = effect { unstored[id] = event }
                rest(id)
            }
        }
    }

    func note(_ event: LaunchEvent, of launch: Launch) {
        guard let profile = world.policy.profile(named: launch.profile) else { return }
        let placement = profile.placements[launch.rung(of: profile)]
        guard let entry = breakers.note(event, on: placement, at: world.clock) else { return }
        world.note("\(entry.kind): \(entry.subject)")
        if entry.kind == "rung.opened" { world.coverage.openings += 1 }
    }

    private func rest(_ id: LaunchID) {
        if effectsUnderWay.removeValue(forKey: id) == true { enqueue(id) }
    }

    private func mayBegin(_ effect: LaunchEffect, _ launch: Launch) -> Bool {
        if effect == .removeRegistration, claimsUnderWay[launch.id] != nil { return false }
        guard case .startAgentTask = effect else { return true }
        return permits.remove(launch.id) != nil || bucket.take(at: world.clock) == nil
    }

    private func perform(_ effect: LaunchEffect, _ launch: Launch, then: @escaping (LaunchEvent) -> Void) {
        switch effect {
        case .registerAgent: register(launch, then: then)
        case .startAgentTask: start(launch, then: then)
        case .findAgentTasks:
            let lookedAt = world.clock
            call(.listTasks) { [world] in
                world.agentTasks(of: launch.id)
            } then: { ids in
                if let ids { return then(.agentTasksFound(ids, lookedAt: lookedAt)) }
                if case .cleaning = launch.state { return then(.cleaningFailed("no answer")) }
                then(.searchFailed("no answer"))
            }
        case .disableAgent:
            disable(launch, then: then)
        case .quiesceAgent: quiesce(launch, then: then)
        case .stopAgentTask(let id):
            let lookedAt = world.pool.lookedAt[launch.agentName]
            call(.stopTask) { [world] in
                world.stopTask(id, lookedAt: lookedAt)
            } then: { answer in
                switch answer {
                case nil: then(.cleaningFailed("no answer"))
                case false?: then(.cleaningFailed("not known"))
                case true?: then(.stopCalled)
                }
            }
        case .removeRegistration: removeRegistration(launch, then: then)
        }
    }

    private func register(_ launch: Launch, then: @escaping (LaunchEvent) -> Void) {
        call(.registerAgent, lateEffect: .registrationLandsLate) { [world] in
            world.registerBooked(launch)
        } then: { answer in
            switch answer {
            case nil: then(.registeringFailed("no answer"))
            case .registered(let id)?: then(.agentRegistered(id))
            case .nameTaken?: then(.agentNameTaken)
            }
        }
    }

    private func start(_ launch: Launch, then: @escaping (LaunchEvent) -> Void) {
        guard let profile = world.policy.profile(named: launch.profile),
            let order = AgentTaskOrder(
                launch, profile: profile, pool: world.policy, organizationURL: "https://dev.azure.com/simulated",
                claims: Simulation.claimOffer)
        else { return then(.startRefused(StartRefusal(kind: .permanent, message: "not configured"))) }
        world.note("RunTask \(order.clientToken) is called")
        call(.runTask, lateEffect: .runTaskLandsLate) { [world] in
            world.answer(to: order, for: launch.request)
        } then: { answer in
            switch answer {
            case nil: then(.startUnanswered("no answer"))
            case .refused(let refusal)?: then(.startRefused(refusal))
            case .accepted(let id)?: then(.agentTaskAccepted(id, placement: order.placement.name))
            case .unanswered(let why)?: then(.startUnanswered(why))
            }
        }
    }

    /// Once it has received its job.
    private func disable(_ launch: Launch, then: @escaping (LaunchEvent) -> Void) {
        guard case .busy(let held) = launch.state else { return then(.disablingFailed("not busy")) }
        let (name, id) = (launch.agentName, launch.agent)
        call(.readJobRequest) { [world] in
            world.jobRequest(held)
        } then: { [self] answer in
            guard let request = answer.flatMap({ $0 }), request.receivedAt != nil else {
                return then(.disablingFailed("not received"))
            }
            call(.setAgentEnabled) { [world] in
                world.disable(name, id)
            } then: { answer in
                then(answer == nil ? .disablingFailed("no answer") : .agentDisabled)
            }
        }
    }

    private func quiesce(_ launch: Launch, then: @escaping (LaunchEvent) -> Void) {
        let lookedAt = world.clock
        lookUpAndDisable(launch.agentName) { answer in
            switch answer {
            case nil: then(.cleaningFailed("no answer"))
            case .quiet?: then(.quiesced(lookedAt: lookedAt))
            case .busy(launch.ran)?: then(.cleaningFailed("its agent still holds it"))
            case .busy(let request)?: then(.jobObserved(request))
            }
        }
    }

    private func removeRegistration(_ launch: Launch, then: @escaping (LaunchEvent) -> Void) {
        guard launch.isToBeRegistered else { return removeOwn(launch, then: then) }
        call(.listAgents) { [world] in
            world.lookUp(launch.agentName)
        } then: { [self] found in
            guard let found else { return then(.cleaningFailed("no answer")) }
            guard found.madeFor == launch.id else { return then(.registrationGone) }
            removeOwn(launch, then: then)
        }
    }

    private func removeOwn(_ launch: Launch, then: @escaping (LaunchEvent) -> Void) {
        delete(launch.agentName) { problem in then(problem.map(LaunchEvent.cleaningFailed) ?? .registrationGone) }
    }
}

// MARK: The pool's port

extension EngineModel {
    enum Quiet {
        case quiet
        case busy(JobRequestID)
    }

    /// Look; disable; look again. Each of the three may fail: nil.
    func lookUpAndDisable(_ name: String, then: @escaping (Quiet?) -> Void) {
        call(.listAgents) { [world] in
            world.lookUp(name)
        } then: { [self] first in
            guard let first else { return then(nil) }
            guard let agent = first.agent, first.assigned == nil || first.hasNotCome else {
                return then(first.assigned.map(Quiet.busy) ?? .quiet)
            }
            call(.setAgentEnabled) { [world] in
                world.disable(agent)
            } then: { [self] disabled in
                guard disabled != nil else { return then(nil) }
                call(.listAgents) { [world] in
                    world.lookUp(name)
                } then: { [self] second in
                    guard let second, second.hasNotCome, let agent = second.agent else {
                        return then(second.map { $0.assigned.map(Quiet.busy) ?? .quiet })
                    }
                    // Without its registration it can't come any more; whether a successor has, is looked at later.
                    call(.deleteAgent) { [world] in
                        world.delete(agent)
                    } then: { _ in
                        then(nil)
                    }
                }
            }
        }
    }

    /// Look; delete; look again. Answers what failed, if anything.
    func delete(_ name: String, then: @escaping (String?) -> Void) {
        call(.listAgents) { [world] in
            world.lookUp(name)
        } then: { [self] first in
            guard let first else { return then("no answer") }
            guard let agent = first.agent else { return then(nil) }
            call(.deleteAgent) { [world] in
                world.delete(agent)
            } then: { [self] deleted in
                guard let deleted else { return then("no answer") }
                guard deleted else { return then("it runs a job") }
                call(.listAgents) { [world] in
                    world.lookUp(name)
                } then: { second in
                    then(second.map { $0.agent == nil } == true ? nil : "still there")
                }
            }
        }
    }
}
