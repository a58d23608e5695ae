import SlipwayCore
import Testing

@testable import SlipwayEngine

/// What an auditor asks of a launch, read beside its way.
@Suite struct DescriberTests {
    private static var facts: AgentTaskFacts {
        var facts = AgentTaskFacts()
        facts.cpu = 1_024
        facts.memory = 2_048
        facts.taskDefinition = "azp-agent:7"
        return facts
    }

    private static let run = RunFacts(requestedFor: "6ad1a6c6", branch: "refs/heads/main", commit: "f0e1d2")

    @Test func whoQueuedTheRunAndWhatItWasStartedFromAreRecordedOncePerLaunch() async throws {
        let harness = Harness()
        harness.world.with {
            $0.runFacts = Self.run
            $0.agentTaskFacts = Self.facts
            $0.definition = AgentTaskDefinition(id: "azp-agent:7", taskRole: "build", secrets: ["AZP_TOKEN from azp"])
        }
        try await harness.run { _ in
            harness.world.queue(1, seconds: 30)
            harness.world.queue(2, seconds: 30)
            await harness.expect(within: 120) { harness.isQuiet }
        }
        #expect(harness.store.launches.count == 2)
        for launch in harness.store.launches {
            #expect(launch.run == Self.run)
            #expect(launch.definition?.taskRole == "build")
            #expect(launch.definition?.securityGroups == [])
            #expect(launch.agentTaskFacts?.cpu == 1_024)
        }
        for event in ["runDescribed", "agentTaskDescribed"] {
            #expect(harness.store.records.count { $0.facts.contains("\"event\":\"\(event)\"") } == 2)
        }
        #expect(harness.world.with { $0.factCalls } == 1, "two jobs of one run are one question")
    }

    @Test func whatIsRefusedIsAskedOnceAndHoldsNothingUp() async throws {
        let harness = Harness()
        harness.world.with { $0.factError = PortError(code: .forbidden, message: "no Build (read)") }
        try await harness.run { _ in
            harness.world.queue(1, seconds: 30)
            await harness.expect(within: 120) { harness.isQuiet }
        }
        #expect(harness.store.launches.map(\.run) == [nil])
        #expect(harness.store.launches.first?.outcome?.kind == .ran)
        #expect(harness.world.with { $0.factCalls } == 1)
    }

    @Test func whatFailsIsAskedAgainWhileTheLaunchIsOpen() async throws {
        let harness = Harness()
        harness.world.with { $0.factError = PortError(code: .unavailable, message: "503") }
        try await harness.run { _ in
            harness.world.queue(1, seconds: 60)
            _ = await harness.passes(seconds: 20) { false }
            harness.world.with {
                $0.factError = nil
                $0.runFacts = Self.run
            }
            await harness.expect(within: 120) { harness.isQuiet }
        }
        #expect(harness.store.launches.map(\.run) == [Self.run])
    }
}
