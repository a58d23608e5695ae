import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The official container's `start.sh`, up to the moment where its traps take over.
struct StartScript: Sendable {
    let launch: ContainerLaunch
    let clock: any SandboxClock
    let timing: SandboxConfiguration.Timing
    let agentVersion: String

    var agentName: String { launch.environment["AZP_AGENT_NAME"] ?? launch.hostName }

    /// What `cleanup` needs to know.
    struct Configured: Sendable {
        let configuration: AgentConfiguration
        let poolID: Int
    }

    /// Runs the script to the end of `run.sh`. What it registered is told as soon as it is.
    ///
    /// Throws ``EarlyExit`` when it ends before the traps are set; ``ScriptFailure`` when a step fails after the traps were set; `CancellationError` when
    /// killed.
    func run(
        with client: HTTPClient,
        as activity: ActivityID,
        whenOnline: @Sendable () -> Void,
        whenConfigured: @Sendable (Configured) -> Void
    ) async throws {
        var generator = SeededGenerator(seed: launch.seed)
        let configuration = try await prepare(client, &generator, as: activity)
        try await clock.sleep(for: generator.duration(in: timing.agentConfiguration), as: activity)
        let key = try AgentKey.official.get()
        let registered = try await configuration.register(key, as: activity)
        whenConfigured(Configured(configuration: configuration, poolID: registered.poolID))
        if launch.behaviour == .neverOnline { try await clock.hang(as: activity) }

        try await clock.sleep(for: generator.duration(in: timing.agentStart), as: activity)
        let listener = AgentListener(
            api: AgentAPI(
                client: client, url: configuration.api.url,
                signIn: AgentSignIn(registered.credentials, key, client: client, clock: clock),
                pollTimeout: .seconds(timing.messagePoll.seconds / clock.speed)),
            clock: clock, timing: timing, poolID: registered.poolID, agentID: registered.agentID, agentName: agentName,
            version: agentVersion, capabilities: configuration.capabilities, manner: launch.behaviour.manner,
            progress: ListenerProgress()
        )
        try await listener.run(as: activity, whenOnline: whenOnline)
        if launch.behaviour == .hangsAfterJob { try await clock.hang(as: activity) }
    }

    /// `cleanup`: tries to remove the agent, at most ten times.
    func cleanUp(_ configured: Configured?, as activity: ActivityID) async throws {
        guard let configured else { return }
        var generator = SeededGenerator(seed: launch.seed ^ 1)
        for attempt in 1...10 {
            try await clock.sleep(for: generator.duration(in: timing.agentRemoval), as: activity)
            let isRemoved = try? await configured.configuration.remove(poolID: configured.poolID, as: activity)
            try Task.checkCancellation()
            if isRemoved == true { return }
            if attempt < 10 { try await clock.sleep(for: timing.removalRetry, as: activity) }
        }
    }

    /// Checks the variables and fetches the agent.
    private func prepare(
        _ client: HTTPClient, _ generator: inout SeededGenerator, as activity: ActivityID
    ) async throws -> AgentConfiguration {
        if case .crashesBeforeConfiguration(let code) = launch.behaviour { throw EarlyExit(code: code) }
        guard let url = launch.environment["AZP_URL"], !url.isEmpty else { throw EarlyExit(code: 1) }
        guard var token = launch.environment["AZP_TOKEN"], !token.isEmpty else { throw EarlyExit(code: 1) }
        if launch.behaviour == .badToken { token = "expired" }
        let api = AgentAPI(
            client: client, url: url, token: token,
            pollTimeout: .seconds(timing.messagePoll.seconds / clock.speed)
        )
        let answer = try? await api.send(
            .GET, "_apis/distributedtask/packages/agent?platform=linux-x64&top=1", as: activity
        )
        try Task.checkCancellation()
        guard answer?.decode(AgentAPI.List<Package>.self)?.value.first?.downloadUrl != nil else {
            throw EarlyExit(code: 1)
        }
        try await clock.sleep(for: generator.duration(in: timing.agentDownload), as: activity)
        return AgentConfiguration(
            api: api, environment: launch.environment, agentName: agentName, version: agentVersion)
    }

    private struct Package: Decodable, Sendable {
        let downloadUrl: String
    }
}

extension SandboxClock {
    /// Until somebody ends it.
    func hang(as activity: ActivityID) async throws -> Never {
        while true { try await sleep(for: .seconds(24 * 3600), as: activity) }
    }
}

extension ContainerBehaviour {
    var manner: AgentListener.Manner {
        switch self {
        case .takesSecondJob: .init(jobs: 2, announcesLeaving: false)
        case .lingersOnline(let duration): .init(announcesLeaving: false, lingering: duration)
        default: .init()
        }
    }

    /// Whether the script's traps run at its end.
    var cleansUp: Bool { self != .leavesRegistration }
}
