import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The official container's `start.sh`, up to the moment where its traps take over.
struct StartScript: Sendable {
    /// Ended before the traps were set: with this exit code and without cleanup.
    struct EarlyExit: Error, Sendable {
        let code: Int
    }

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
    /// Throws ``EarlyExit``; ``ScriptFailure`` when a step fails after the traps were set; `CancellationError` when
    /// killed.
    func run(
        with client: HTTPClient,
        as activity: ActivityID,
        whenOnline: @Sendable () -> Void,
        whenConfigured: @Sendable (Configured) -> Void
    ) async throws {
        var generator = SeededGenerator(seed: launch.seed)
        if let claim = AgentClaim(launch.environment, client: client, clock: clock, version: agentVersion) {
            return try await run(claim, with: client, &generator, as: activity, whenOnline: whenOnline)
        }
        let configuration = try await prepare(client, &generator, as: activity)
        try await clock.sleep(for: generator.duration(in: timing.agentConfiguration), as: activity)
        let (poolID, agentID) = try await configuration.register(as: activity)
        whenConfigured(Configured(configuration: configuration, poolID: poolID))
        if launch.behaviour == .neverOnline { try await hang(as: activity) }

        try await clock.sleep(for: generator.duration(in: timing.agentStart), as: activity)
        let listener = AgentListener(
            api: configuration.api, clock: clock, timing: timing, poolID: poolID, agentID: agentID,
            agentName: agentName,
            version: agentVersion, capabilities: configuration.capabilities, manner: launch.behaviour.manner
        )
        try await listener.run(as: activity, whenOnline: whenOnline)
        if launch.behaviour == .hangsAfterJob { try await hang(as: activity) }
    }

    /// The entry script of Slipway's own image, preregistered: it claims instead of configuring, signs in with its own key,
    /// and removes nothing at its end.
    private func run(
        _ claim: AgentClaim, with client: HTTPClient, _ generator: inout SeededGenerator, as activity: ActivityID,
        whenOnline: @Sendable () -> Void
    ) async throws {
        if case .crashesBeforeConfiguration(let code) = launch.behaviour { throw EarlyExit(code: code) }
        let key = try AgentKey()
        let grant = try await claim.send(key, as: activity)
        if launch.behaviour == .neverOnline { try await hang(as: activity) }
        try await clock.sleep(for: generator.duration(in: timing.agentStart), as: activity)
        let token = try await signIn(grant, key, client)
        let api = AgentAPI(
            client: client, url: grant.agent.serverUrl, bearer: token,
            pollTimeout: .seconds(timing.messagePoll.seconds / clock.speed))
        let configuration = AgentConfiguration(
            api: api, environment: launch.environment, agentName: grant.agent.agentName, version: agentVersion)
        let listener = AgentListener(
            api: api, clock: clock, timing: timing, poolID: grant.agent.poolId, agentID: grant.agent.agentId,
            agentName: grant.agent.agentName, version: agentVersion, capabilities: configuration.capabilities,
            manner: launch.behaviour.manner)
        try await listener.run(as: activity, whenOnline: whenOnline)
        if launch.behaviour == .hangsAfterJob { try await hang(as: activity) }
    }

    /// The listener's access token, for its key.
    private func signIn(_ grant: AgentClaim.Grant, _ key: AgentKey, _ client: HTTPClient) async throws -> String {
        let details = grant.credentials.data
        let assertion = try key.assertion(
            clientID: details.clientId, audience: details.authorizationUrl, now: clock.now)
        var request = HTTPClientRequest(url: details.oauthEndpointUrl ?? details.authorizationUrl)
        request.method = .POST
        request.headers = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
        let type = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        request.body = .bytes(
            ByteBuffer(
                string:
                    "grant_type=client_credentials&client_assertion_type=\(type)&client_assertion=\(assertion)"))
        let answer = try await client.execute(request, timeout: .seconds(30))
        guard answer.status == .ok, let body = try? await answer.body.collect(upTo: 64 * 1024),
            let token = try? JSONBody.decode(SignedIn.self, from: body)
        else { throw EarlyExit(code: 10) }
        return token.accessToken
    }

    private struct SignedIn: Decodable, Sendable {
        let accessToken: String

        enum CodingKeys: String, CodingKey { case accessToken = "access_token" }
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

    /// Until somebody ends it.
    private func hang(as activity: ActivityID) async throws {
        while true { try await clock.sleep(for: .seconds(24 * 3600), as: activity) }
    }
}

extension ContainerBehaviour {
    fileprivate var manner: AgentListener.Manner {
        switch self {
        case .takesSecondJob: .init(jobs: 2, announcesLeaving: false)
        case .lingersOnline(let duration): .init(announcesLeaving: false, lingering: duration)
        default: .init()
        }
    }

    /// Whether the script's traps run at its end.
    var cleansUp: Bool { self != .leavesRegistration }
}
