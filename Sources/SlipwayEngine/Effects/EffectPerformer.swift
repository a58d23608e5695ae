internal import SlipwayCore

/// Does one effect of a launch and answers what came of it, as an event. Never throws: a failure is an event too.
struct EffectPerformer: Sendable {
    let organizationURL: String
    let claims: ClaimOffer?
    let directory: PoolDirectory
    let agentTasks: any AgentTaskPort
    let time: any TimeSource

    func perform(_ effect: LaunchEffect, for launch: Launch) async -> LaunchEvent {
        switch effect {
        case .registerAgent: await register(launch)
        case .startAgentTask: await start(launch)
        case .findAgentTasks: await find(launch)
        case .disableAgent: await disable(launch)
        case .quiesceAgent: await quiesce(launch)
        case .stopAgentTask(let id): await stop(id, launch)
        case .removeRegistration: await removeRegistration(launch)
        }
    }

    private func register(_ launch: Launch) async -> LaunchEvent {
        guard let pool = directory[launch.pool], let profile = pool.policy.profile(named: launch.profile) else {
            return .startRefused(StartRefusal(kind: .permanent, message: profileUnknown(launch)))
        }
        do {
            switch try await pool.port.register(BoundRegistration(launch, profile: profile)) {
            case .registered(let id): return .agentRegistered(id)
            case .nameTaken: return .agentNameTaken
            }
        } catch {
            let why = "its agent could not be registered: \(error.message)"
            // No repetition mends a permission.
            if error.code == .forbidden { return .startRefused(StartRefusal(kind: .permanent, message: why)) }
            return .registeringFailed(why)
        }
    }

    private func start(_ launch: Launch) async -> LaunchEvent {
        guard let pool = directory[launch.pool], let profile = pool.policy.profile(named: launch.profile),
            let order = AgentTaskOrder(
                launch, profile: profile, pool: pool.policy, organizationURL: organizationURL, claims: claims)
        else {
            return .startRefused(StartRefusal(kind: .permanent, message: profileUnknown(launch)))
        }
        switch await agentTasks.start(order) {
        case .accepted(let id): return .agentTaskAccepted(id, placement: order.placement.name)
        case .refused(let refusal): return .startRefused(refusal)
        case .unanswered(let why): return .startUnanswered(why)
        }
    }

    private func find(_ launch: Launch) async -> LaunchEvent {
        let lookedAt = time.now()
        do {
            return .agentTasksFound(try await agentTasks.agentTasks(startedBy: launch.startedBy), lookedAt: lookedAt)
        } catch {
            if case .cleaning = launch.state { return .cleaningFailed(error.message) }
            return .searchFailed(error.message)
        }
    }

    private func disable(_ launch: Launch) async -> LaunchEvent {
        guard let pool = directory[launch.pool] else { return .disablingFailed("pool \(launch.pool) is not reachable") }
        guard case .busy(let held) = launch.state else { return .disablingFailed("it is not busy any more") }
        do {
            // Whether a disabled agent still gets what it was given and has not received, nobody has tried.
            guard try await pool.port.jobRequest(held)?.receivedAt != nil else {
                return .disablingFailed("its agent has not received the job yet")
            }
            try await pool.port.disable(agentNamed: launch.agentName, id: launch.agent)
            return .agentDisabled
        } catch {
            return .disablingFailed(error.message)
        }
    }

    private func quiesce(_ launch: Launch) async -> LaunchEvent {
        guard let pool = directory[launch.pool] else { return poolUnknown(launch) }
        let lookedAt = time.now()
        do {
            switch try await pool.port.quiesce(agentNamed: launch.agentName) {
            case .quiesced: return .quiesced(lookedAt: lookedAt)
            case .busy(let request) where request == launch.ran:
                // The job is over, as we were told, but the pool has not let go of it yet.
                return .cleaningFailed("its agent still holds job request \(request)")
            case .busy(let request): return .jobObserved(request)
            }
        } catch {
            return .cleaningFailed(error.message)
        }
    }

    private func stop(_ id: AgentTaskID, _ launch: Launch) async -> LaunchEvent {
        do {
            try await agentTasks.stop(id, reason: "Slipway: \(launch.outcome?.reason ?? "stopped")")
            return .stopCalled
        } catch {
            // Also where the cluster doesn't know it. It may not know it yet, and an agent that came meanwhile would be
            // stopped under its job if the stop were only repeated: so it is looked at anew. That it is gone tells the watch.
            return .cleaningFailed(error.message)
        }
    }

    private func removeRegistration(_ launch: Launch) async -> LaunchEvent {
        guard let pool = directory[launch.pool] else { return poolUnknown(launch) }
        do {
            if launch.isToBeRegistered {
                // It was not heard that its registration was made: one of that name may be somebody else's.
                try await pool.port.deregister(agentNamed: launch.agentName, madeFor: launch.id)
            } else {
                try await pool.port.deregister(agentNamed: launch.agentName)
            }
            return .registrationGone
        } catch {
            return .cleaningFailed(error.message)
        }
    }

    private func profileUnknown(_ launch: Launch) -> String {
        "profile \(launch.profile) of pool \(launch.pool) is not configured; add it again or stop the launch"
    }

    private func poolUnknown(_ launch: Launch) -> LaunchEvent {
        .cleaningFailed("pool \(launch.pool) is not reachable or not configured; its registration can't be checked")
    }
}
