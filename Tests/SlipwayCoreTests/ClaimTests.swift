import Testing

@testable import SlipwayCore

private let secret = String(repeating: "s", count: 32)
private let other = String(repeating: "t", count: 32)
private let pending: [LaunchEvent] = [.startPermitted, .agentTaskAccepted(arn, placement: "FARGATE")]

@Suite struct ClaimCodeTests {
    @Test func aCodeOpensItsOwnLaunchAndAttemptAlone() throws {
        let secrets = try #require(ClaimSecrets([secret]))
        let (mine, others) = (newLaunch().id, newLaunch(for: 4712).id)
        let code = secrets.code(launch: mine, attempt: 3)
        #expect(code == secrets.code(launch: mine, attempt: 3), "a repeated RunTask is the same call")
        #expect(secrets.attempt(of: code, launch: mine) == 3)
        #expect(secrets.attempt(of: code, launch: others) == nil)
        #expect(secrets.attempt(of: "4" + code.dropFirst(), launch: mine) == nil)
        #expect(code != secrets.code(launch: mine, attempt: 4))
        #expect(code.utf8.count <= 80)
    }

    @Test(arguments: ["", ".", "1.", "1", "0.", "01.", "+1.", "-1.", "1..", "9999999999.", "x."])
    func whatIsNoCodeIsRefused(_ start: String) throws {
        let secrets = try #require(ClaimSecrets([secret]))
        let id = newLaunch().id
        let digits = secrets.code(launch: id, attempt: 1).dropFirst(2)
        #expect(secrets.attempt(of: start, launch: id) == nil)
        if start != "1." { #expect(secrets.attempt(of: start + digits, launch: id) == nil) }
        #expect(secrets.attempt(of: "1." + digits.uppercased(), launch: id) == nil)
        #expect(secrets.attempt(of: "1." + digits.dropLast(), launch: id) == nil)
        #expect(secrets.attempt(of: "1.\(digits)\n", launch: id) == nil)
    }

    @Test func eachDigitCounts() throws {
        let secrets = try #require(ClaimSecrets([secret]))
        let id = newLaunch().id
        let code = Array(secrets.code(launch: id, attempt: 1))
        for index in 2..<code.count {
            var wrong = code
            wrong[index] = wrong[index] == "0" ? "1" : "0"
            #expect(secrets.attempt(of: String(wrong), launch: id) == nil)
        }
    }

    @Test func theOldSecretIsAcceptedWhileTheNewOneMakesCodes() throws {
        let old = try #require(ClaimSecrets([secret]))
        let rotated = try #require(ClaimSecrets([other, secret]))
        let id = newLaunch().id
        #expect(rotated.attempt(of: old.code(launch: id, attempt: 1), launch: id) == 1)
        #expect(old.attempt(of: rotated.code(launch: id, attempt: 1), launch: id) == nil)
    }

    @Test func shortSecretsAreRefusedAndNoneIsPrinted() throws {
        #expect(ClaimSecrets([]) == nil)
        #expect(ClaimSecrets([secret, "short"]) == nil)
        let secrets = try #require(ClaimSecrets([secret]))
        var dumped = ""
        dump(secrets, to: &dumped)
        #expect(!"\(secrets)\(dumped)\(String(reflecting: secrets))".contains("sss"))
    }

    @Test func aKeyIsAModulusOf2048Bits() {
        #expect(AgentPublicKey(modulus: [0x80] + [UInt8](repeating: 0, count: 254) + [1]) != nil)
        #expect(AgentPublicKey(modulus: [0x7f] + [UInt8](repeating: 0, count: 254) + [1]) == nil)
        #expect(AgentPublicKey(modulus: [0x80] + [UInt8](repeating: 0, count: 255)) == nil)
        #expect(AgentPublicKey(modulus: [0x80] + [UInt8](repeating: 0, count: 253) + [1]) == nil)
        #expect(AgentPublicKey(modulus: [0x80] + [UInt8](repeating: 0, count: 255) + [1]) == nil)
        #expect(AgentPublicKey(modulus: []) == nil)
    }

    @Test func onlyAProfileWhoseAgentsClaimGetsACode() throws {
        let offer = ClaimOffer(publicURL: "https://slipway.example.com", secrets: try #require(ClaimSecrets([secret])))
        let value = launch(after: pending)
        var claiming = profile()
        claiming.registration = .byClaim
        func variables(_ profile: Profile) throws -> [String: String] {
            let order = try #require(
                AgentTaskOrder(
                    value, profile: profile, pool: policy([profile]), organizationURL: "https://dev.azure.com/fabrikam",
                    claims: offer))
            return Dictionary(uniqueKeysWithValues: order.environment.map { ($0.name, $0.value) })
        }
        let told = try variables(claiming)
        #expect(told["SLIPWAY_CLAIM_URL"] == "https://slipway.example.com/claims/\(value.id)")
        let code = try #require(told["SLIPWAY_CLAIM_CODE"])
        #expect(offer.secrets.attempt(of: code, launch: value.id) == 1)
        #expect(!told.values.contains { $0.contains(secret) })
        let others = try variables(profile())
        #expect(others.keys.allSatisfy { !$0.hasPrefix("SLIPWAY_") })
    }
}

@Suite struct LaunchClaimTests {
    @Test(arguments: [[.startPermitted], pending])
    func aStartingLaunchIsClaimedOnce(_ events: [LaunchEvent]) {
        let value = launch(after: events + [.claimed(claim())])
        #expect(value.claim?.key == agentKey().fingerprint)
        #expect(value.claim?.askedAt != nil)
        #expect(value.refusal(of: claim()) == nil, "the same key again is the same claim")
        #expect(value.refusal(of: claim(key: 3)) == .used)
        #expect(value.refusal(of: claim(attempt: 2)) == .otherAgentTask)
    }

    @Test func whatWasAnsweredIsNotAskedForAgain() {
        let value = launch(after: pending + [.claimed(claim()), .claimAnswered(credentials)])
        #expect(value.claim?.credentials == credentials)
        #expect(value.claim?.askedAt == nil)
        #expect(value.agent == credentials.agent)
        #expect(value.applying(.claimed(claim()), at: after(100), rules: LaunchRules()) == nil)
        #expect(value.refusal(of: claim()) == nil)
    }

    @Test func aClaimIsRefusedBeforeItsTimeAndAfter() {
        let online = pending + [.agentObserved(agent())]
        for events in [[], online, online + [.jobObserved(JobRequestID(rawValue: 4711))], pending + [.surplus]] {
            let value = launch(after: events)
            #expect(value.refusal(of: claim()) == .late, "\(value.state)")
            #expect(value.applying(.claimed(claim()), at: after(100), rules: LaunchRules()) == nil)
        }
    }

    @Test func theContainerOfAnEarlierAttemptIsNotLetInNorALaterOneOnceThatHasClaimed() {
        let refused: LaunchEvent = .startRefused(StartRefusal(kind: .capacity, message: "no room"))
        let rules = LaunchRules(rungs: 2)
        let second = launch(after: [.startPermitted, refused], rules: rules)
        #expect(second.attempt == 2)
        #expect(second.refusal(of: claim(attempt: 1)) == .otherAgentTask)
        #expect(second.refusal(of: claim(attempt: 2)) == nil)
        let both = launch(after: [.startPermitted, .claimed(claim()), refused], rules: rules)
        #expect(both.attempt == 2)
        #expect(both.refusal(of: claim(attempt: 2, key: 3)) == .otherAgentTask)
    }

    @Test func aSecondKeyEndsALaunchWhoseAgentHasNotCome() {
        let value = launch(after: pending + [.claimed(claim()), .claimAnswered(credentials), .claimMisused])
        guard case .cleaning(let cleaning) = value.state else {
            Issue.record("\(value.state)")
            return
        }
        #expect(cleaning.cause == .claimMisused)
        #expect(value.outcome?.kind == .failed)
        #expect(value.outcome?.reason.contains("used twice") == true)
        #expect(value.applying(.claimMisused, at: after(100), rules: LaunchRules()) == nil, "it is recorded once")
    }

    @Test func aSecondKeyIsRecordedAndHarmsNoAgentThatIsAtWork() throws {
        let events: [LaunchEvent] = [
            .claimed(claim()), .claimAnswered(credentials), .agentObserved(agent(holding: 4711)),
        ]
        let busy = launch(after: pending + events)
        #expect(busy.refusal(of: claim(key: 3)) == .used)
        let transition = try #require(busy.applying(.claimMisused, at: after(100), rules: LaunchRules()))
        #expect(transition.launch.state == busy.state)
        #expect(transition.entry.facts["isClaimMisused"] == .flag(true))
        #expect(transition.launch.lastProblem != nil)
    }

    @Test func aRegistrationThatMayStillAppearIsWaitedForBeforeItIsLookedFor() {
        let stopped: LaunchEvent = .agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137)))
        let asked = launch(after: pending + [.claimed(claim()), stopped])
        #expect(asked.effect(at: after(40)) == nil)
        #expect(asked.effect(at: after(30 + 59)) == nil)
        #expect(asked.effect(at: after(30 + 60)) == .removeRegistration)
        let answered = launch(after: pending + [.claimed(claim()), .claimAnswered(credentials), stopped])
        #expect(answered.effect(at: after(50)) == .removeRegistration)
        let late = asked.applying(.claimAnswered(credentials), at: after(45), rules: LaunchRules())?.launch
        #expect(late?.effect(at: after(45)) == .removeRegistration)
    }

    @Test func aLaterAnswerDoesNotClearAnEarlierQuestion() {
        let stopped: LaunchEvent = .agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137)))
        let events: [LaunchEvent] = [
            .claimed(claim()), .claimFailed("503"), .claimed(claim()), .claimAnswered(credentials),
        ]
        let value = launch(after: pending + events + [stopped])
        #expect(value.effect(at: after(40 + 59)) == nil, "the first may still arrive")
        #expect(value.effect(at: after(40 + 60)) == .removeRegistration)
    }

    @Test func aKeyIsReplacedForAStartingLaunchAloneAndOnceAMinute() {
        let asked = launch(after: pending + [.claimed(claim()), .claimReplaces])
        #expect(asked.applying(.claimReplaces, at: after(40 + 59), rules: LaunchRules()) == nil)
        #expect(asked.applying(.claimReplaces, at: after(40 + 60), rules: LaunchRules()) != nil)
        let failed = launch(after: pending + [.claimed(claim()), .claimReplaces, .claimFailed("503")])
        #expect(failed.applying(.claimReplaces, at: after(50 + 59), rules: LaunchRules()) == nil, "from its end")
        let online = launch(after: pending + [.claimed(claim()), .agentObserved(agent())])
        #expect(online.applying(.claimReplaces, at: after(500), rules: LaunchRules()) == nil)
    }

    @Test func aSecondKeyEndsALaunchWhoseAgentIsOnlineWithoutAJob() {
        let value = launch(
            after: pending + [.claimed(claim()), .claimAnswered(credentials), .agentObserved(agent()), .claimMisused])
        #expect(value.outcome?.reason.contains("used twice") == true)
    }

    @Test func aStartOfTheProcessWaitsAnew() {
        let stopped: LaunchEvent = .agentTaskObserved(.stopped(AgentTaskStop(reason: "killed", exitCode: 137)))
        let asked = launch(after: pending + [.claimed(claim()), stopped, .recovered])
        #expect(asked.effect(at: after(50 + 59)) == nil)
        #expect(asked.effect(at: after(50 + 60)) == .removeRegistration)
    }

    @Test func whyItWasNotRegisteredIsKept() {
        let value = launch(after: pending + [.claimed(claim()), .claimFailed("the token may not register")])
        #expect(value.lastProblem == "the token may not register")
        #expect(value.state == .pending)
    }

    @Test func theLedgerSaysWhichKeyClaimedAndNothingOfTheCode() throws {
        let value = launch(after: pending)
        let entry = try #require(value.applying(.claimed(claim()), at: after(30), rules: LaunchRules())).entry
        #expect(entry.facts["event"] == .text("claimed"))
        #expect(entry.facts["claimedBy"] == .text(agentKey().fingerprint))
    }
}
