internal import SlipwayCore

/// `StraySweep`.
extension EngineModel {
    func sweepForStrays() {
        let known = Set(book.compactMap(\.agentTask))
        call(.listTasks) { [world] in
            world.agentTasks(besides: known)
        } then: { [self] agentTasks in
            guard let agentTasks else { return sweepLater() }
            call(.listAgents) { [world] in
                world.agents()
            } then: { [self] agents in
                guard let agents else { return sweepLater() }
                let seen = strays(policy: world.policy, agentTasks: agentTasks, registrations: agents, launches: book)
                remove(suspicions.confirmed(seen, at: world.clock)[...])
            }
        }
    }

    private func sweepLater() { after(Self.sweepForStraysMilliseconds) { [self] in sweepForStrays() } }

    private func remove(_ rest: ArraySlice<Stray>) {
        guard let stray = rest.first else { return sweepLater() }
        guard !book.contains(where: { $0.agentName == stray.agentName }) else { return remove(rest.dropFirst()) }
        world.coverage.strays += 1
        let next = { [self] in remove(rest.dropFirst()) }
        switch stray.kind {
        case .agentTask(let id):
            quiesce(stray.agentName) { [self] isQuiet in
                guard isQuiet else { return next() }
                let lookedAt = world.pool.lookedAt[stray.agentName]
                call(.stopTask) { [world] in
                    world.stopTask(id, lookedAt: lookedAt)
                } then: { _ in
                    next()
                }
            }
        case .registration:
            delete(stray.agentName) { _ in next() }
        }
    }

    private func quiesce(_ agentName: String, then: @escaping (Bool) -> Void) {
        lookUpAndDisable(agentName) { answer in
            if case .quiet? = answer { then(true) } else { then(false) }
        }
    }
}
