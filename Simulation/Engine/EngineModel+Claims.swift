internal import SlipwayCore

/// `ClaimDesk`: one claim of a launch after the other.
extension EngineModel {
    func answer(_ claim: AgentClaim, then: @escaping (ClaimAnswer) -> Void) {
        guard isAlive else { return }
        guard claimsUnderWay[claim.launch] == nil else {
            claimsUnderWay[claim.launch]?.append { [self] in answer(claim, then: then) }
            return
        }
        claimsUnderWay[claim.launch] = []
        work(on: claim) { [self] answer in
            let waiting = claimsUnderWay.removeValue(forKey: claim.launch) ?? []
            then(answer)
            for next in waiting { next() }
        }
    }

    private func work(on claim: AgentClaim, then: @escaping (ClaimAnswer) -> Void) {
        guard let launch = launch(claim.launch) else { return then(.refused(.late)) }
        if let answer = known(claim, launch) { return then(answer) }
        guard launch.claim?.mayAsk(at: world.clock) ?? true else { return then(.unavailable("it failed just now")) }
        guard (try? apply(.claimed(claim), to: claim.launch)) != nil, let now = self.launch(claim.launch) else {
            return then(.unavailable("not stored"))
        }
        if let answer = known(claim, now) { return then(answer) }
        call(.registerAgent, lateEffect: .registrationLandsLate) { [world] in
            world.register(claim, named: launch.agentName)
        } then: { [self] answer in
            switch answer {
            case nil: failed(claim, then: then)
            case .registered(let credentials)?: store(credentials, claim, then: then)
            case .nameTaken(let agent)?: replace(agent, claim, launch.agentName, then: then)
            case .inUse?: then(.refused(.late))
            }
        }
    }

    private func replace(_ agent: AgentID, _ claim: AgentClaim, _ name: String, then: @escaping (ClaimAnswer) -> Void) {
        guard (try? apply(.claimReplaces, to: claim.launch)) != nil else {
            return then(.unavailable("an earlier registration may still arrive"))
        }
        call(.replaceAgent, lateEffect: .registrationLandsLate) { [world] in
            world.replace(agent, claim, named: name)
        } then: { [self] answer in
            guard let credentials = answer.flatMap({ $0 }) else { return failed(claim, then: then) }
            store(credentials, claim, then: then)
        }
    }

    private func failed(_ claim: AgentClaim, then: (ClaimAnswer) -> Void) {
        _ = try? apply(.claimFailed("no answer"), to: claim.launch)
        then(.unavailable("no answer"))
    }

    private func store(_ credentials: AgentCredentials, _ claim: AgentClaim, then: (ClaimAnswer) -> Void) {
        do {
            let changed = try apply(.claimAnswered(credentials), to: claim.launch)
            then(changed.map { $0.refusal(of: claim) == nil } == true ? .granted(credentials) : .refused(.late))
        } catch {
            then(.unavailable("not stored"))
        }
    }

    private func known(_ claim: AgentClaim, _ launch: Launch) -> ClaimAnswer? {
        if let refusal = launch.refusal(of: claim) {
            if refusal == .used, let changed = try? apply(.claimMisused, to: claim.launch) { enqueue(changed.id) }
            return .refused(refusal)
        }
        return launch.claim?.credentials.map(ClaimAnswer.granted)
    }
}
