import Testing

@testable import SlipwayCore

@Suite struct PlaceholderTests {
    private static let small = profile("small")
    private static let large = profile("large", capabilities: ["slipway.size": "large", "docker": "true"])
    private static let placeholder = Placeholder(capabilities: large.capabilities)
    private static let id = AgentID(rawValue: 7)

    private static func standing(
        _ placeholder: Placeholder = placeholder, online: Bool = false, enabled: Bool = true
    ) -> RegisteredAgent {
        RegisteredAgent(
            id: id, name: placeholder.name, isOnline: online, isEnabled: enabled, version: Placeholder.version,
            systemCapabilities: placeholder.systemCapabilities, userCapabilities: [:])
    }

    private static func template(
        _ name: String, online: Bool = false, enabled: Bool = true, _ capabilities: [String: String]
    ) -> RegisteredAgent {
        RegisteredAgent(
            id: AgentID(rawValue: 1), name: name, isOnline: online, isEnabled: enabled, version: "4.272.0",
            systemCapabilities: capabilities, userCapabilities: [:])
    }

    private func steps(_ agents: [RegisteredAgent], _ profiles: [Profile] = [large]) -> [PlaceholderStep] {
        placeholderSteps(profiles: profiles, agents: agents)
    }

    // MARK: What it is

    @Test func aNameIsAFunctionOfTheDemandSetAlone() {
        let same = [
            ["a": "1", "b": "x"], ["B": "X", "A": "1"],
        ].map { Placeholder(capabilities: $0).name }
        #expect(Set(same).count == 1)
        let others: [[String: String]] = [
            [:], ["a": "1"], ["a": "2"], ["a": "true"], ["b": "1"], ["a": "1", "b": "1"], ["a": "1b"], ["a1": "b"],
        ]
        let names = others.map { Placeholder(capabilities: $0).name }
        #expect(Set(names).count == others.count)
        for name in names {
            #expect(name.utf8.count == 30)
            #expect(name.hasPrefix("placeholder-slipway-"))
        }
        // It must be the same in the next version too, or each pool would get a second one.
        #expect(Placeholder(capabilities: [:]).name == "placeholder-slipway-e3b0c44298")
    }

    /// Whatever the demand set: a placeholder that looked like a launch's agent would be removed as a stray.
    @Test func itIsNeverTakenForALaunchsAgent() {
        for value in 0..<200 {
            let placeholder = Placeholder(capabilities: ["size": "\(value)"])
            #expect(LaunchID(agentName: placeholder.name) == nil)
            #expect(!placeholder.name.hasPrefix(LaunchID.agentNamePrefix))
            let agent = PoolAgent(id: Self.id, name: placeholder.name, isOnline: false)
            #expect(strays(policy: policy(), agentTasks: [], registrations: [agent], launches: []).isEmpty)
            #expect(read(agents: [agent], launches: [newLaunch()]).isEmpty)
        }
        #expect(!Placeholder.namePrefix.hasPrefix(LaunchID.agentNamePrefix))
    }

    /// A waiting job is planned for however many placeholders match it: only launches are supply.
    @Test func itSatisfiesWhatItsProfileServesAndNothingMore() {
        let capabilities = Capabilities(Self.placeholder.systemCapabilities)
        let served = ["docker", "slipway.size -equals LARGE", "slipway.size", "Agent.Version -gtVersion 4.300.0"]
        let notServed = ["Agent.OS -equals Linux", "npm", "slipway.size -equals small", "Agent.Name -equals x"]
        for text in served { #expect(capabilities.satisfies(Demand(parsing: text)), "\(text)") }
        for text in notServed { #expect(!capabilities.satisfies(Demand(parsing: text)), "\(text)") }
        for text in served + notServed {
            let demand = Demand(parsing: text)
            #expect(Self.large.unmet([demand]).isEmpty == capabilities.satisfies(demand), "\(text)")
        }
        #expect(Self.placeholder.demands.map(\.description) == ["docker", "slipway.size -equals large"])
        #expect(Self.standing().placeholderDemands?.map(\.description) == ["docker", "slipway.size -equals large"])
    }

    @Test func profilesThatServeTheSameDemandsShareOne() {
        let twin = profile("twin", capabilities: ["Slipway.Size": "LARGE", "DOCKER": "true"])
        #expect(Placeholder.wanted(by: [Self.large, twin]).count == 1)
        let both = Placeholder.wanted(by: [Self.small, Self.large, twin])
        #expect(both.map(\.name) == both.map(\.name).sorted() && both.count == 2)
    }

    // MARK: What is done

    @Test func whatIsMissingIsRegistered() {
        #expect(steps([]) == [.register(Self.placeholder)])
        #expect(steps([Self.standing()]) == [.leave(name: Self.placeholder.name, .inOrder)])
        #expect(steps([], [Self.small, Self.large]).count == 2)
        #expect(steps([Self.standing()], [Self.small, Self.large]).filter(\.isRegistration).count == 1)
    }

    /// The marker, the state and the switch of the registration with its name, in every combination.
    @Test(arguments: [true, false], [true, false])
    func onlyAnOfflineOneWithTheMarkerIsChanged(isMarked: Bool, isOnline: Bool) {
        for isEnabled in [true, false] {
            for isWhole in [true, false] {
                var agent = Self.standing(online: isOnline, enabled: isEnabled)
                if !isMarked { agent.systemCapabilities?[Placeholder.marker] = nil }
                if !isWhole { agent.systemCapabilities?["slipway.size"] = "small" }
                let expected: PlaceholderStep =
                    if !isMarked || isOnline {
                        .leave(name: agent.name, .nameTaken(isOnline: isOnline))
                    } else if !isWhole {
                        .replace(Self.id, with: Self.placeholder, because: "it lacks slipway.size=large")
                    } else if !isEnabled {
                        .enable(Self.id, Self.placeholder)
                    } else {
                        .leave(name: agent.name, .inOrder)
                    }
                #expect(steps([agent]) == [expected])
                // No profile serves it: removed if it is ours, else left alone without a word.
                let unneeded = steps([agent], [])
                if isMarked && !isOnline {
                    #expect(unneeded.map(\.agent) == [Self.id])
                    guard case .remove? = unneeded.first else {
                        Issue.record("\(unneeded)")
                        continue
                    }
                } else {
                    #expect(unneeded.isEmpty)
                }
            }
        }
    }

    @Test func theMarkerUnderAnotherNameIsNobodysPlaceholder() {
        var agent = Self.standing()
        agent.name = "big-iron"
        #expect(steps([agent], []).isEmpty)
        agent.name = "slipway-abcdef-12-1-1"
        #expect(steps([agent], []).isEmpty)
        agent.name = Self.placeholder.name.uppercased()
        #expect(steps([agent]) == [.leave(name: Self.placeholder.name, .inOrder)])
    }

    @Test func anotherVersionIsReplacedAndWhatOthersAddStays() {
        var agent = Self.standing()
        agent.version = "4.272.0"
        guard case .replace(Self.id, with: Self.placeholder, because: let reason)? = steps([agent]).first else {
            return #expect(Bool(false))
        }
        #expect(reason == "it lacks the version 99.999.9")
        agent = Self.standing()
        agent.systemCapabilities?["Agent.ComputerName"] = "x"
        agent.systemCapabilities?["slipway.size"] = nil
        agent.systemCapabilities?["SLIPWAY.SIZE"] = "Large"
        #expect(steps([agent]) == [.leave(name: agent.name, .inOrder)])
    }

    // MARK: Templates of others

    @Test(arguments: [true, false], [true, false])
    func anOfflineEnabledAgentThatSatisfiesTheDemandsMakesItNeedless(isOnline: Bool, isEnabled: Bool) {
        for (capabilities, suffices) in [
            (Self.large.capabilities, true), (["Docker": "1", "SLIPWAY.SIZE": "Large", "gpu": "1"], true),
            (["docker": "1"], false), ([:], false), (["slipway.size": "small", "docker": "1"], false),
        ] {
            let agent = Self.template("template", online: isOnline, enabled: isEnabled, capabilities)
            let expected: PlaceholderStep =
                !isOnline && isEnabled && suffices
                ? .leave(name: Self.placeholder.name, .template("template")) : .register(Self.placeholder)
            #expect(steps([agent]) == [expected], "\(capabilities)")
        }
    }

    @Test func capabilitiesThatPeopleGaveCountToo() {
        var agent = Self.template("template", ["docker": "1"])
        agent.userCapabilities = ["slipway.size": "large"]
        #expect(steps([agent]) == [.leave(name: Self.placeholder.name, .template("template"))])
        agent.systemCapabilities = nil
        #expect(steps([agent]) == [.register(Self.placeholder)], "it was not read")
    }

    @Test func neitherAnAgentOfALaunchNorAnotherPlaceholderIsATemplate() {
        let capabilities = Self.placeholder.systemCapabilities.merging(["other": "1"]) { own, _ in own }
        for name in [newLaunch().id.agentName, Placeholder(capabilities: capabilities).name] {
            #expect(steps([Self.template(name, capabilities)]).first == .register(Self.placeholder))
        }
    }

    /// Templates may come and go with a tool of the operator's: taking ours away with each would leave gaps.
    @Test func oneThatStandsIsKeptBesideATemplate() {
        let template = Self.template("template", Self.large.capabilities)
        #expect(steps([template, Self.standing()]) == [.leave(name: Self.placeholder.name, .inOrder)])
    }

    // MARK: What is told

    @Test func eachChangeHasItsEntryWithDemandsAndReason() {
        let changes: [(PlaceholderStep, String)] = [
            (.register(Self.placeholder), "placeholder.registered"),
            (.replace(Self.id, with: Self.placeholder, because: "it lacks x"), "placeholder.replaced"),
            (.enable(Self.id, Self.placeholder), "placeholder.enabled"),
            (
                .remove(Self.id, name: Self.placeholder.name, demands: Self.placeholder.demands),
                "placeholder.removed"
            ),
        ]
        for (step, kind) in changes {
            let entry = step.entry(pool: pool, agent: Self.id, at: start)
            #expect(entry?.kind == kind)
            #expect(entry?.subject == Self.placeholder.name)
            #expect(entry?.facts["demands"] == .text("docker, slipway.size -equals large"))
            #expect(entry?.facts["agent"] == .integer(7))
            #expect(entry?.facts["pool"] == .integer(12))
            if case .text(let reason)? = entry?.facts["reason"] { #expect(!reason.isEmpty) } else { Issue.record() }
        }
        #expect(PlaceholderStep.leave(name: "x", .inOrder).entry(pool: pool, at: start) == nil)
        let trouble = PlaceholderTrouble.nameTaken("x", isOnline: true)
        #expect(trouble.entry(poolName: "p", pool: pool, at: start).subject == "x")
        #expect(trouble.text(pool: "p").contains("online agent named x"))
        #expect(PlaceholderTrouble.refused.text(pool: "p").contains("Agent Pools (read & manage)"))
    }
}
