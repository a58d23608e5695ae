import SlipwayCore
import SlipwayEngine
import Synchronization
import Testing

/// What containers get when they claim.
@Suite struct ClaimDeskTests {
    private static let secrets = ClaimSecrets([String(repeating: "s", count: 32)])!
    private static let offer = ClaimOffer(publicURL: "https://slipway.example.com", secrets: secrets)

    private static func claim(of launch: Launch, attempt: Int? = nil, key: UInt8 = 1) -> AgentClaim {
        AgentClaim(
            launch: launch.id, attempt: attempt ?? launch.attempt,
            key: AgentPublicKey(modulus: [0x80] + [UInt8](repeating: 7, count: 254) + [key])!, agentVersion: "4.272.0",
            osDescription: "Debian")
    }

    private static func profile(onlineSeconds: Int = 600) -> Profile {
        var profile = Harness.profile(deadlines: Deadlines(onlineSeconds: onlineSeconds))
        profile.registration = .byClaim
        return profile
    }

    /// Runs an engine with one waiting job until its launch is pending.
    private func withPendingLaunch(
        _ harness: Harness = Harness(), onlineSeconds: Int = 600, jobSeconds: Int = 5,
        _ body: @Sendable (Harness, Engine, Launch) async throws -> Void
    ) async throws {
        let engine = harness.makeEngine(profiles: [Self.profile(onlineSeconds: onlineSeconds)], claims: Self.offer)
        try await harness.run(engine) { engine in
            harness.world.queue(1, seconds: jobSeconds)
            await harness.expect(within: 60) { harness.store.launches.first?.state.name == "pending" }
            try await body(harness, engine, try #require(harness.store.launches.first))
        }
    }

    /// The answer to a claim while time passes.
    private func answer(_ claim: AgentClaim, _ engine: Engine, _ harness: Harness) async -> ClaimAnswer {
        let asked = Task { await engine.answer(claim) }
        let isOver = Flag()
        Task {
            _ = await asked.value
            isOver.set()
        }
        await harness.expect(within: 60) { isOver.isSet }
        return await asked.value
    }

    @Test func aContainerThatClaimsGetsItsAgentAndRunsItsJob() async throws {
        try await withPendingLaunch { harness, engine, launch in
            let code = harness.world.with { $0.containers.values.first?.claimCode }
            #expect(code.flatMap { Self.secrets.attempt(of: $0, launch: launch.id) } == launch.attempt)
            let early = await harness.passes(seconds: 20) { harness.world.with { !$0.agents.isEmpty } }
            #expect(!early, "without its claim there is no agent")
            guard case .granted(let credentials) = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("not granted")
                return
            }
            #expect(credentials.agentName == launch.id.agentName)
            let registration = try #require(harness.world.with { $0.registrations.first })
            #expect(registration.key == Self.claim(of: launch).key)
            #expect(registration.capabilities["Agent.Version"] == "4.272.0")
            await harness.expect(within: 120) { harness.isQuiet }
            #expect(harness.world.ranAll)
            #expect(harness.store.launches.first?.outcome?.kind == .ran)
        }
    }

    @Test func theSameClaimAgainIsAnsweredTheSameWayAndThePoolIsAskedOnce() async throws {
        try await withPendingLaunch { harness, engine, launch in
            let first = await answer(Self.claim(of: launch), engine, harness)
            let again = await answer(Self.claim(of: launch), engine, harness)
            #expect(first == again)
            #expect(harness.world.with { $0.registrations.count } == 1)
        }
    }

    @Test func aThousandAtOnceAreOneClaim() async throws {
        try await withPendingLaunch { harness, engine, launch in
            harness.world.with {
                $0.registerMilliseconds = 1_000
                // Its clock goes on while claims are answered: an agent that has a job by then would keep it.
                $0.neverOnline = 1
            }
            let answers = await withTaskGroup(of: ClaimAnswer.self) { group in
                for number in 0..<1_000 {
                    let key: UInt8 = number == 0 || number % 2 == 0 ? 1 : 3
                    group.addTask { await engine.answer(Self.claim(of: launch, key: key)) }
                }
                let isOver = Flag()
                let collected = Task { await harness.passes(seconds: 30) { isOver.isSet } }
                var answers: [ClaimAnswer] = []
                for await answer in group { answers.append(answer) }
                isOver.set()
                _ = await collected.value
                return answers
            }
            let granted = Set(answers.filter { if case .granted = $0 { true } else { false } })
            #expect(granted.count <= 1, "never two agents")
            #expect(harness.world.with { $0.registrations.count } == 1)
            // Two keys were used, so nobody keeps it.
            #expect(answers.contains(.refused(.used)))
            let misuses = harness.store.records.filter {
                $0.subject == launch.id.rawValue && $0.facts.contains("isClaimMisused")
            }
            #expect(misuses.count == 1, "recorded once, not five hundred times")
            await harness.expect(within: 300) {
                harness.store.launches.first { $0.id == launch.id }?.isOpen == false
                    && harness.world.with { $0.agents[launch.id.agentName] == nil }
            }
        }
    }

    @Test func aKeyThatCameSecondEndsTheLaunchAndItsRegistrationGoes() async throws {
        try await withPendingLaunch { harness, engine, launch in
            harness.world.with { $0.neverOnline = 1 }
            _ = await answer(Self.claim(of: launch), engine, harness)
            #expect(await answer(Self.claim(of: launch, key: 3), engine, harness) == .refused(.used))
            await harness.expect(within: 120) { harness.store.launches.first { $0.id == launch.id }?.isOpen == false }
            let ended = try #require(harness.store.launches.first { $0.id == launch.id })
            #expect(ended.outcome?.reason.contains("used twice") == true)
            #expect(harness.world.with { $0.agents[launch.id.agentName] } == nil)
            #expect(await answer(Self.claim(of: launch), engine, harness) == .refused(.late))
        }
    }

    @Test func whatThePoolCanNotDoNowIsAskedForAgainAfterAPause() async throws {
        try await withPendingLaunch { harness, engine, launch in
            harness.world.with { $0.registerError = PortError(code: .throttled, message: "slow down") }
            for _ in 0..<5 {
                guard case .unavailable = await answer(Self.claim(of: launch), engine, harness) else {
                    Issue.record("not unavailable")
                    return
                }
            }
            #expect(harness.world.with { $0.registrations.count } < 3, "a hasty caller does not wear out the pool")
            harness.world.with { $0.registerError = nil }
            _ = await harness.passes(seconds: 2) { false }
            guard case .granted = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("not granted")
                return
            }
        }
    }

    @Test func whatThePoolForbidsEndsTheContainerAndItsReasonIsTheLaunchs() async throws {
        try await withPendingLaunch { harness, engine, launch in
            harness.world.with { $0.registerError = PortError(code: .forbidden, message: "the token may not register") }
            #expect(await answer(Self.claim(of: launch), engine, harness) == .refused(.notRegistered))
            let now = harness.time.now()
            harness.world.with { state in
                for arn in state.containers.keys {
                    state.containers[arn]?.stoppedAt = now
                    state.containers[arn]?.exitCode = 31
                }
            }
            await harness.expect(within: 200) { harness.store.launches.first { $0.id == launch.id }?.isOpen == false }
            let ended = harness.store.launches.first { $0.id == launch.id }
            #expect(ended?.outcome?.reason.contains("may not register") == true, "\(ended?.outcome?.reason ?? "")")
        }
    }

    @Test func anAnswerThatWasLostIsMadeUpForAndNeverWithTwoQuestionsOnTheirWay() async throws {
        try await withPendingLaunch { harness, engine, launch in
            harness.world.with { $0.losesRegisterAnswers = true }
            for _ in 0..<2 {
                guard case .unavailable = await answer(Self.claim(of: launch), engine, harness) else {
                    Issue.record("granted without an answer")
                    return
                }
                _ = await harness.passes(seconds: 2) { false }
            }
            #expect(harness.world.with { $0.replacements } == 1, "the second question found the name taken")
            harness.world.with { $0.losesRegisterAnswers = false }
            guard case .unavailable = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("the key was replaced while an earlier replacement may arrive")
                return
            }
            #expect(harness.world.with { $0.replacements } == 1)
            _ = await harness.passes(seconds: 61) { false }
            guard case .granted = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("not granted")
                return
            }
            await harness.expect(within: 120) { harness.isQuiet }
            #expect(harness.world.ranAll)
        }
    }

    @Test func anAnswerThatWasLostLeavesNoRegistrationBehind() async throws {
        try await withPendingLaunch(onlineSeconds: 30) { harness, engine, launch in
            harness.world.with {
                $0.losesRegisterAnswers = true
                $0.neverOnline = 1
                for arn in $0.containers.keys { $0.containers[arn]?.comesOnline = false }
            }
            _ = await answer(Self.claim(of: launch), engine, harness)
            await harness.expect(within: 300) { harness.store.launches.first { $0.id == launch.id }?.isOpen == false }
            #expect(harness.world.with { $0.agents[launch.id.agentName] } == nil)
        }
    }

    @Test func aRegistrationThatArrivesAfterItsLaunchHasEndedGoesTheSameWay() async throws {
        try await withPendingLaunch(jobSeconds: 500) { harness, engine, launch in
            harness.world.with { $0.registerMilliseconds = 20_000 }
            let asked = Task { await engine.answer(Self.claim(of: launch)) }
            await harness.expect(within: 5) { harness.world.with { $0.registrations.count == 1 } }
            let now = harness.time.now()
            harness.world.with { state in
                for arn in state.containers.keys {
                    state.containers[arn]?.stoppedAt = now
                    state.containers[arn]?.exitCode = 137
                }
            }
            await harness.expect(within: 10) { harness.store.launches.first?.state.name == "cleaning" }
            #expect(harness.world.with { $0.agents[launch.id.agentName] } == nil)
            await harness.expect(within: 200) { harness.store.launches.first { $0.id == launch.id }?.isOpen == false }
            #expect(await asked.value == .refused(.late))
            #expect(harness.world.with { $0.agents[launch.id.agentName] } == nil, "I5")
        }
    }

    @Test func aRestartBetweenTheQuestionAndItsAnswerLosesNothing() async throws {
        let harness = Harness()
        try await withPendingLaunch(harness) { harness, engine, launch in
            harness.world.with { $0.registerMilliseconds = 3_600_000 }
            let asked = Task { await engine.answer(Self.claim(of: launch)) }
            await harness.expect(within: 5) { harness.store.launches.first?.claim?.askedAt != nil }
            asked.cancel()
        }
        harness.world.with { $0.registerMilliseconds = 0 }
        let engine = harness.makeEngine(profiles: [Self.profile()], claims: Self.offer)
        let early = try #require(harness.store.launches.first)
        #expect(
            await engine.answer(Self.claim(of: early)) == .unavailable("the server is starting"),
            "and not late for good")
        try await harness.run(engine) { engine in
            let launch = try #require(harness.store.launches.first)
            await harness.expect(within: 30) { !engine.poolNames.isEmpty }
            #expect(await answer(Self.claim(of: launch, key: 3), engine, harness) == .refused(.used))
        }
    }

    @Test func theContainersOwnKeyIsGrantedAfterARestart() async throws {
        let harness = Harness()
        try await withPendingLaunch(harness) { harness, engine, launch in
            harness.world.with { $0.registerMilliseconds = 3_600_000 }
            let asked = Task { await engine.answer(Self.claim(of: launch)) }
            await harness.expect(within: 5) { harness.store.launches.first?.claim?.askedAt != nil }
            asked.cancel()
        }
        harness.world.with { $0.registerMilliseconds = 0 }
        let engine = harness.makeEngine(profiles: [Self.profile()], claims: Self.offer)
        try await harness.run(engine) { engine in
            let launch = try #require(harness.store.launches.first)
            await harness.expect(within: 30) { !engine.poolNames.isEmpty }
            _ = await harness.passes(seconds: 2) { false }
            guard case .granted = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("not granted")
                return
            }
            await harness.expect(within: 120) { harness.isQuiet }
            #expect(harness.world.ranAll)
        }
    }

    @Test func whatIsNotStoredAfterThePoolsAnswerIsNotGranted() async throws {
        try await withPendingLaunch { harness, engine, launch in
            harness.world.with { state in
                state.registerMilliseconds = 2_000
                // It has not heard of its registration.
                for arn in state.containers.keys { state.containers[arn]?.comesOnline = false }
            }
            let asked = Task { await engine.answer(Self.claim(of: launch)) }
            await harness.expect(within: 5) { harness.world.with { $0.registrations.count == 1 } }
            harness.store.isBroken = true
            _ = await harness.passes(seconds: 5) { false }
            #expect(await asked.value == .unavailable("the store is unavailable"))
            harness.store.isBroken = false
            guard case .granted(let credentials) = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("not granted")
                return
            }
            #expect(harness.store.launches.first?.claim?.credentials == credentials)
            #expect(harness.world.with { $0.agents.count } == 1)
        }
    }

    @Test func aStoreThatTakesNothingGrantsNothing() async throws {
        let harness = Harness()
        try await withPendingLaunch(harness) { harness, engine, launch in
            harness.store.isBroken = true
            guard case .unavailable = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("granted without being stored")
                return
            }
            #expect(harness.world.with { $0.registrations.isEmpty }, "the pool is not asked before that is stored")
            harness.store.isBroken = false
            guard case .granted = await answer(Self.claim(of: launch), engine, harness) else {
                Issue.record("not granted")
                return
            }
        }
    }

    @Test func aStrangersLaunchIsLate() async throws {
        try await withPendingLaunch { harness, engine, launch in
            let stranger = AgentClaim(
                launch: LaunchID(rawValue: "5eed00-12-999-1")!, attempt: 1, key: Self.claim(of: launch).key)
            #expect(await engine.answer(stranger) == .refused(.late))
            #expect(await engine.answer(Self.claim(of: launch, attempt: 9)) == .refused(.otherAgentTask))
            #expect(harness.store.launches.first?.claim == nil)
        }
    }
}

/// Set once.
private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
