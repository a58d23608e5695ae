internal import Logging
internal import SlipwayCore

/// Does the outstanding effects: a launch's one after the other, those of different launches side by side.
///
/// Each service has a lane of its own. Calls to one that is slow or has asked for a pause would otherwise hold every place,
/// and nothing were called of the other, which has room.
struct EffectRunner: Sendable {
    let book: LaunchBook
    let claims: ClaimDesk
    let queue: EffectQueue
    let directory: PoolDirectory
    let gate: StartGate
    let stopGate: StopGate
    let performer: EffectPerformer
    let time: any TimeSource
    let maximumConcurrent: Int
    let logger: Logger
    private let unstored = UnstoredEvents()

    func run() async {
        let (cluster, toCluster) = AsyncStream<LaunchID>.makeStream(bufferingPolicy: .unbounded)
        let (pools, toPools) = AsyncStream<LaunchID>.makeStream(bufferingPolicy: .unbounded)
        await withDiscardingTaskGroup { group in
            group.addTask { await work(off: cluster, .amazonECS) }
            group.addTask { await work(off: pools, .azureDevOps) }
            // A launch is in the queue once, and so in one lane.
            for await id in queue.ids {
                let service = await book.launch(id)?.effect(at: time.now())?.service ?? .amazonECS
                switch service {
                case .amazonECS: toCluster.yield(id)
                case .azureDevOps: toPools.yield(id)
                }
            }
            toCluster.finish()
            toPools.finish()
        }
    }

    private func work(off lane: AsyncStream<LaunchID>, _ service: LaunchEffect.Service) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await id in lane {
                if running >= maximumConcurrent {
                    await group.next()
                    running -= 1
                }
                group.addTask { await work(on: id, service) }
                running += 1
            }
        }
    }

    private func work(on id: LaunchID, _ service: LaunchEffect.Service) async {
        queue.begin(id)
        defer { queue.end(id) }
        guard await storeWhatIsLeft(of: id) else { return }
        var hasQuiesced = false
        while !Task.isCancelled, let launch = await book.launch(id), let effect = launch.effect(at: time.now()) {
            // What a look at the agent leads to is done by whoever looked: the look is good for ten seconds only.
            guard effect.service == service || hasQuiesced else {
                // The other lane's, as soon as this one has let go of it.
                queue.enqueue(id)
                return
            }
            guard mayBegin(effect, launch) else { return }
            let event = await performer.perform(effect, for: launch)
            if case .quiesced = event { hasQuiesced = true } else { hasQuiesced = false }
            if case .startRefused(let refusal) = event, refusal.kind == .throttled { gate.throttled(at: time.now()) }
            log(effect, event, launch)
            await RungReports(book: book, directory: directory, logger: logger).take(event, of: launch)
            do {
                guard try await book.apply(event, to: id) != nil else { return }
            } catch {
                // An answer to RunTask is kept and stored later: calling anew would not tell what this call did. A look is
                // never kept, since it would be taken for fresh when it is stored.
                // Nor would it tell whether a registration may still appear.
                if effect.isNeverLookedUp { unstored.keep(event, of: id) }
                logger.error("A launch's change was not stored", metadata: ["launch.id": "\(id)", "error": "\(error)"])
                return
            }
        }
    }

    /// Answers whether nothing is left.
    private func storeWhatIsLeft(of id: LaunchID) async -> Bool {
        guard let event = unstored.event(of: id) else { return true }
        do {
            _ = try await book.apply(event, to: id)
            unstored.forget(id)
            return true
        } catch {
            return false
        }
    }

    /// Not yet: the timekeeper asks again within a second.
    private func mayBegin(_ effect: LaunchEffect, _ launch: Launch) -> Bool {
        guard directory.isSettled(launch.pool) else { return false }
        // What is looked for now could appear right after.
        if effect == .removeRegistration, claims.isAsking(launch.id) { return false }
        guard case .startAgentTask = effect else { return stopGate.mayBegin(effect, launch, at: time.now()) }
        guard let profile = directory.profile(of: launch), !profile.placements.isEmpty else {
            return gate.mayCall(launch.id, at: time.now())
        }
        let avoided = LaunchRules(profile, for: launch).avoidedRungs
        let rung = launch.rung(of: profile)
        guard directory.breakers.mayCall(rung, of: profile.placements, besides: avoided) else {
            // Turns that were kept would all be used at once when there is room again.
            gate.forget(launch.id)
            return false
        }
        guard gate.mayCall(launch.id, at: time.now()) else {
            directory.breakers.notCalled(profile.placements[rung])
            return false
        }
        return true
    }

    private func log(_ effect: LaunchEffect, _ event: LaunchEvent, _ launch: Launch) {
        let metadata: Logger.Metadata = ["launch.id": "\(launch.id)", "launch.state": "\(launch.state.name)"]
        switch event {
        case .startRefused(let refusal):
            logger.warning(
                "The cluster refused an agent task",
                metadata: metadata.with("refusal", "\(refusal.kind.rawValue): \(refusal.message)"))
        case .agentNameTaken:
            logger.warning(
                "The name of a booked agent belongs to one that Slipway didn't make",
                metadata: metadata.with("agent.name", launch.agentName))
        case .startUnanswered(let why), .registeringFailed(let why), .cleaningFailed(let why),
            .disablingFailed(let why), .searchFailed(let why):
            logger.warning("An effect failed and will be repeated", metadata: metadata.with("reason", why))
        default:
            logger.debug("An effect was done", metadata: metadata.with("event", event.name))
        }
    }
}

extension LaunchEffect {
    fileprivate enum Service {
        case amazonECS, azureDevOps
    }

    fileprivate var service: Service {
        switch self {
        case .startAgentTask, .findAgentTasks, .stopAgentTask: .amazonECS
        case .registerAgent, .disableAgent, .quiesceAgent, .removeRegistration: .azureDevOps
        }
    }

    fileprivate var isNeverLookedUp: Bool {
        switch self {
        case .startAgentTask, .registerAgent: true
        default: false
        }
    }
}

extension Logger.Metadata {
    fileprivate func with(_ key: String, _ value: String) -> Logger.Metadata {
        var copy = self
        copy[key] = "\(value)"
        return copy
    }
}
