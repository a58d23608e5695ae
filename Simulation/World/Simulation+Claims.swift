internal import SlipwayCore

/// Containers that claim their registration, as deploy/agent does.
extension Simulation {
    /// The codes are checked for real, whatever way a claim takes.
    static let claimOffer: ClaimOffer? = ClaimSecrets(["of the simulated server, 32 bytes"]).map {
        ClaimOffer(publicURL: "https://slipway.example.com", secrets: $0)
    }

    func beginToClaim(_ agentTask: Int) {
        guard strikes(.claimStolen) else { return claim(agentTask, until: now + 120_000, pause: 2_000) }
        harm(agentTask)
        note("the claim code of \(cluster.agentTasks[agentTask].id) is used by somebody else")
        send(claim(of: agentTask, key: 1_000_000 + agentTask)) { [self] _ in
            claim(agentTask, until: now + 120_000, pause: 2_000)
        }
    }

    /// One try. The container gives up in the end.
    private func claim(_ agentTask: Int, until end: Int64, pause: Int64) {
        guard isWaiting(agentTask) else { return }
        send(claim(of: agentTask, key: agentTask)) { [self] answer in
            guard isWaiting(agentTask) else { return }
            switch answer {
            case .granted(let credentials)?:
                after(dice.within(100...3_000)) { [self] in listen(agentTask, credentials.agent) }
            case .refused(let refusal)?:
                note("\(cluster.agentTasks[agentTask].id) is refused: \(refusal)")
                containerEnds(agentTask, exitCode: 31, reason: "Essential container in task exited")
            case .unavailable?, nil:
                // Its time to come online goes by.
                harm(agentTask)
                guard now + pause < end else {
                    return containerEnds(agentTask, exitCode: 32, reason: "Essential container in task exited")
                }
                after(pause) { [self] in claim(agentTask, until: end, pause: min(pause * 2, 15_000)) }
            }
        }
    }

    private func isWaiting(_ agentTask: Int) -> Bool {
        cluster.agentTasks[agentTask].phase == .running && !cluster.agentTasks[agentTask].isEnding
    }

    private func claim(of agentTask: Int, key: Int) -> AgentClaim? {
        let (launch, attempt) = (cluster.agentTasks[agentTask].launch, cluster.agentTasks[agentTask].attempt)
        var modulus = [UInt8](repeating: 1, count: AgentPublicKey.modulusBytes)
        modulus[0] = 0x80
        for index in 1...8 { modulus[index] = UInt8(truncatingIfNeeded: key >> (8 * index - 8)) }
        guard let secrets = Self.claimOffer?.secrets, let key = AgentPublicKey(modulus: modulus),
            let attempt = secrets.attempt(of: secrets.code(launch: launch, attempt: attempt), launch: launch)
        else { return nil }
        return AgentClaim(launch: launch, attempt: attempt, key: key)
    }

    /// To whatever process of Slipway runs when it arrives. Nil: no answer.
    private func send(_ claim: AgentClaim?, then: @escaping (ClaimAnswer?) -> Void) {
        let givenUp = dice.within(1_000...30_000)
        guard let claim, !strikes(.claimLost) else { return after(givenUp) { then(nil) } }
        after(dice.delay(upTo: 2_000)) { [self] in
            guard let engine, engine.isAlive, engine.hasRecovered else { return after(givenUp) { then(nil) } }
            var isOver = false
            func end(_ answer: ClaimAnswer?) {
                guard !isOver else { return }
                isOver = true
                then(answer)
            }
            after(givenUp) { end(nil) }
            engine.answer(claim) { [self] answer in
                // A process that has ended answers nobody.
                guard engine.isAlive, !strikes(.claimAnswerLost) else { return }
                after(dice.delay(upTo: 1_000)) { end(answer) }
            }
        }
    }

    /// The pool's side: one registration for a name. Nil: there is one.
    func register(_ claim: AgentClaim, named name: String) -> KeyedRegistrationAnswer {
        if let place = pool.registration(named: name) {
            let known = pool.registrations[place]
            // What was given to an agent that has not come yet is no sign that it is in use.
            let isHeld = known.assigned.map { known.madeFor == nil || pool.job($0).receivedAt != nil } ?? false
            return known.isOnline || isHeld ? .inUse : .nameTaken(known.agent)
        }
        pool.lastAgentID += 1
        let agent = AgentID(rawValue: pool.lastAgentID)
        pool.registrations.append(
            .init(
                agent: agent, name: name, isLarge: isLarge(claim.launch), isOnline: false, keyHolder: holder(of: claim),
                createdAt: now))
        note("\(name) is registered with the key of \(holder(of: claim))")
        return .registered(credentials(agent, name))
    }

    func replace(_ agent: AgentID, _ claim: AgentClaim, named name: String) -> AgentCredentials? {
        guard let place = pool.registration(agent) else { return nil }
        pool.registrations[place].keyHolder = holder(of: claim)
        pool.registrations[place].isEnabled = true
        if let listener = pool.registrations[place].listener {
            violate(.busyNeverStopped, "the key of \(name) is replaced under agent task \(listener)")
        }
        note("\(name) has the key of \(holder(of: claim)) now")
        return credentials(agent, name)
    }

    private func credentials(_ agent: AgentID, _ name: String) -> AgentCredentials {
        AgentCredentials(
            agent: agent, agentName: name, pool: policy.id, poolName: policy.name,
            serverURL: "https://dev.azure.com/simulated/", clientID: "\(agent)", authorizationURL: "https://example.com"
        )
    }

    private func holder(of claim: AgentClaim) -> Int {
        claim.key.modulus[1...8].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func isLarge(_ launch: LaunchID) -> Bool {
        cluster.agentTasks.contains { $0.launch == launch && $0.isLarge }
    }

    /// The listener signs in with its key; without a registration for it, it ends.
    private func listen(_ agentTask: Int, _ agent: AgentID) {
        guard isWaiting(agentTask) else { return }
        guard let place = pool.registration(agent), pool.registrations[place].keyHolder == agentTask else {
            return containerEnds(agentTask, exitCode: 10, reason: "Essential container in task exited")
        }
        pool.registrations[place].isOnline = true
        pool.registrations[place].listener = agentTask
        cluster.agentTasks[agentTask].agent = agent
        cluster.agentTasks[agentTask].listeningSince = now
        note("\(pool.registrations[place].name) is online")
        sendWhatWaits(for: agent, agentTask)
        assignSoon()
    }
}
