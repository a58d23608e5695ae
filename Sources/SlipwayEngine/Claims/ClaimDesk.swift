internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Answers claims: commits that the pool is about to be asked, asks it, commits its answer, and gives that.
///
/// One claim of a launch is worked on at a time, so the pool is never asked for the same agent twice at once; an equal claim
/// that comes meanwhile gets the same answer.
actor ClaimDesk: ClaimPort {
    private struct Work {
        var key: String
        var waiters = 0
        var task: Task<ClaimAnswer, Never>
    }

    private let book: LaunchBook
    private let directory: PoolDirectory
    private let effects: EffectQueue
    private let time: any TimeSource
    private let logger: Logger
    private var underWay: [LaunchID: Work] = [:]
    private var isOpen = false
    private let asking = Mutex<Set<LaunchID>>([])

    init(
        book: LaunchBook, directory: PoolDirectory, effects: EffectQueue, time: any TimeSource, logger: Logger
    ) {
        self.book = book
        self.directory = directory
        self.effects = effects
        self.time = time
        self.logger = logger
    }

    /// Claims that are worked on at one time; more are asked to come again. RunTask lets no more than 20 agent tasks a second
    /// begin, and the pool takes a fraction of one.
    static let maximumUnderWay = 32
    /// Equal claims that wait for the one that is worked on: a container repeats its own now and then.
    static let maximumWaiters = 8

    /// The open launches are known from now on.
    func open() { isOpen = true }

    /// Whether the pool is being asked for this launch's registration, which may so appear any moment.
    nonisolated func isAsking(_ launch: LaunchID) -> Bool { asking.withLock { $0.contains(launch) } }

    func answer(_ claim: AgentClaim) async -> ClaimAnswer {
        guard isOpen else { return .unavailable("the server is starting") }
        let key = claim.key.fingerprint
        if let work = underWay[claim.launch] {
            guard work.waiters < Self.maximumWaiters else { return .unavailable("it is being worked on") }
            underWay[claim.launch]?.waiters += 1
            let answer = await work.task.value
            if work.key == key { return answer }
            // Whose key it is was committed by that.
            switch await judge(claim) {
            case .answered(let answer): return answer
            case .toAsk: return .unavailable("another claim of this launch failed")
            }
        }
        guard underWay.count < Self.maximumUnderWay else { return .unavailable("too many claims at once") }
        // Not a child: a caller who hangs up must not cut what the pool is being asked.
        let task = Task {
            let answer = await work(on: claim)
            underWay[claim.launch] = nil
            return answer
        }
        underWay[claim.launch] = Work(key: key, task: task)
        return await task.value
    }

    /// Commit, ask, commit, answer.
    private func work(on claim: AgentClaim) async -> ClaimAnswer {
        switch await judge(claim) {
        case .answered(let answer): return answer
        case .toAsk(let launch, let pool): return await ask(claim, launch, pool)
        }
    }

    private enum Judgement {
        case answered(ClaimAnswer)
        /// Committed: the pool is to be asked now.
        case toAsk(Launch, PoolDirectory.Entry)
    }

    private func judge(_ claim: AgentClaim) async -> Judgement {
        guard let launch = await book.launch(claim.launch) else { return .answered(.refused(.late)) }
        guard let pool = directory[launch.pool] else { return .answered(.unavailable("the pool is not reachable")) }
        if let answer = await known(claim, launch) { return .answered(answer) }
        guard launch.claim?.mayAsk(at: time.now()) ?? true else { return .answered(.unavailable("it failed just now")) }
        do {
            _ = try await book.apply(.claimed(claim), to: claim.launch)
            // What counts is what is committed now; it may have changed since it was judged.
            guard let now = await book.launch(claim.launch) else { return .answered(.refused(.late)) }
            if let answer = await known(claim, now) { return .answered(answer) }
            return .toAsk(now, pool)
        } catch {
            return .answered(notStored(error, claim))
        }
    }

    /// The answer, if the launch's state alone gives it.
    private func known(_ claim: AgentClaim, _ launch: Launch) async -> ClaimAnswer? {
        if let refusal = launch.refusal(of: claim) {
            if refusal == .used { await noteMisuse(of: claim) }
            return .refused(refusal)
        }
        return launch.claim?.credentials.map(ClaimAnswer.granted)
    }

    private func ask(_ claim: AgentClaim, _ launch: Launch, _ pool: PoolDirectory.Entry) async -> ClaimAnswer {
        let registration = KeyedRegistration(
            claim, of: launch, profile: pool.policy.profile(named: launch.profile))
        _ = asking.withLock { $0.insert(claim.launch) }
        defer { _ = asking.withLock { $0.remove(claim.launch) } }
        do {
            switch try await pool.port.register(registration) {
            case .registered(let credentials):
                return await store(credentials, claim)
            case .nameTaken(let agent):
                // By an earlier question whose answer was lost, or by whoever wanted jobs to be able to name it.
                guard try await book.apply(.claimReplaces, to: claim.launch) != nil else {
                    return .unavailable("an earlier registration may still arrive")
                }
                return await store(try await pool.port.replace(agent, with: registration), claim)
            case .inUse:
                // Its agent has come, by a claim that this store does not know of.
                return .refused(.late)
            }
        } catch let error as PortError {
            logger.warning(
                "An agent could not be registered for its container, which will ask again",
                metadata: ["launch.id": "\(claim.launch)", "error": "\(error)"])
            let why = "its agent could not be registered: \(error.message)"
            // What is not stored here is only a reason.
            _ = try? await book.apply(.claimFailed(why), to: claim.launch)
            // No repetition mends a permission, and the container costs money while it tries.
            if error.code == .forbidden { return .refused(.notRegistered) }
            return .unavailable("the agent could not be registered")
        } catch {
            return notStored(error, claim)
        }
    }

    private func store(_ credentials: AgentCredentials, _ claim: AgentClaim) async -> ClaimAnswer {
        do {
            let changed = try await book.apply(.claimAnswered(credentials), to: claim.launch)
            // Ended meanwhile: what was registered goes with the rest of it.
            guard let changed, changed.refusal(of: claim) == nil else { return .refused(.late) }
            return .granted(credentials)
        } catch {
            return notStored(error, claim)
        }
    }

    private func noteMisuse(of claim: AgentClaim) async {
        do {
            // Nil: it is known already, or the launch is over.
            guard let launch = try await book.apply(.claimMisused, to: claim.launch) else { return }
            logger.critical(
                "A claim code was used twice, with two keys",
                metadata: ["launch.id": "\(claim.launch)", "launch.state": "\(launch.state.name)"])
            effects.enqueue(claim.launch)
        } catch {
            _ = notStored(error, claim)
        }
    }

    private func notStored(_ error: any Error, _ claim: AgentClaim) -> ClaimAnswer {
        logger.error(
            "What became of a claim was not stored",
            metadata: ["launch.id": "\(claim.launch)", "error": "\(error)"])
        return .unavailable("the store is unavailable")
    }
}
