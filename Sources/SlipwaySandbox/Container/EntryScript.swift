import Foundation

/// The entry script of Slipway's own image (deploy/agent), preregistered: it claims instead of configuring, signs in with its
/// own key, and removes nothing at its end.
struct EntryScript: Sendable {
    /// deploy/agent/README.md, "Exit codes".
    enum ExitCode {
        static let listenerError = 10
        static let settings = 20
        static let claimRefused = 31
        static let claimUnanswered = 32
        static let claimUnusable = 33
        static let jobCancelled = 42
        static let terminated = 143
    }

    let launch: ContainerLaunch
    let clock: any SandboxClock
    let timing: SandboxConfiguration.Timing
    let agentVersion: String
    let keys: MadeKeys

    /// One of the two variables is enough: half a claim is an error, and no reason to register by a token.
    static func isMeant(by launch: ContainerLaunch) -> Bool {
        ["SLIPWAY_CLAIM_URL", "SLIPWAY_CLAIM_CODE"].contains { launch.environment[$0]?.isEmpty == false }
    }

    /// Runs to the end of the listener, which it tells `progress` of, and returns the container's exit code.
    ///
    /// Throws `CancellationError` when it is killed, or told to stop: see ``stop(_:as:)``.
    func run(
        with clients: ContainerClients, _ progress: ListenerProgress, as activity: ActivityID,
        whenOnline: @Sendable () -> Void
    ) async throws -> Int {
        do {
            try await runListener(clients, progress, as: activity, whenOnline: whenOnline)
            return 0
        } catch let early as EarlyExit {
            return early.code
        } catch {
            try Task.checkCancellation()
            return ExitCode.listenerError
        }
    }

    /// SIGTERM, once ``run(with:_:as:whenOnline:)`` has let go: it is passed on to the listener, which cancels its job and
    /// reports it. Returns the container's exit code.
    func stop(_ progress: ListenerProgress, as activity: ActivityID) async throws -> Int {
        guard let listener = progress.current.listener else { return ExitCode.terminated }
        return try await listener.shutDown(as: activity) ? ExitCode.jobCancelled : ExitCode.terminated
    }

    private func runListener(
        _ clients: ContainerClients, _ progress: ListenerProgress, as activity: ActivityID,
        whenOnline: @Sendable () -> Void
    ) async throws {
        if case .crashesBeforeConfiguration(let code) = launch.behaviour { throw EarlyExit(code: code) }
        let claim = try AgentClaim(launch, client: clients.claim, clock: clock, version: agentVersion)
        let key = try keys.make()
        let grant = try await send(claim, key, as: activity)
        if launch.behaviour == .neverOnline { try await clock.hang(as: activity) }
        var generator = SeededGenerator(seed: launch.seed)
        try await clock.sleep(for: generator.duration(in: timing.agentStart), as: activity)
        let signIn = AgentSignIn(grant.credentials.data.details, key, client: clients.agent, clock: clock)
        let api = AgentAPI(
            client: clients.agent, url: grant.agent.serverUrl, signIn: signIn,
            pollTimeout: .seconds(timing.messagePoll.seconds / clock.speed))
        let configuration = AgentConfiguration(
            api: api, environment: launch.environment, agentName: grant.agent.agentName, version: agentVersion)
        let listener = AgentListener(
            api: api, clock: clock, timing: timing, poolID: grant.agent.poolId, agentID: grant.agent.agentId,
            agentName: grant.agent.agentName, version: agentVersion, capabilities: configuration.capabilities,
            manner: launch.behaviour.manner, progress: progress)
        try await listener.run(as: activity, whenOnline: whenOnline)
        if launch.behaviour == .hangsAfterJob { try await clock.hang(as: activity) }
    }

    /// The claim, with what a test has ordered of it.
    private func send(_ claim: AgentClaim, _ key: AgentKey, as activity: ActivityID) async throws -> AgentClaim.Grant {
        if case .claimsLate(let delay) = launch.behaviour { try await clock.sleep(for: delay, as: activity) }
        var grant = try await claim.send(key, as: activity)
        if launch.behaviour == .losesClaimAnswer { grant = try await claim.send(key, as: activity) }
        if launch.behaviour == .claimsTwice {
            // As a second container would, with a key of its own. What it is told changes nothing for the first.
            _ = try? await claim.send(try AgentKey(), as: activity)
            try Task.checkCancellation()
        }
        return grant
    }
}
