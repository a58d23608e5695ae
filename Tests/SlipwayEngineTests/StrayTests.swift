import SlipwayCore
import Testing

@Suite struct StrayTests {
    private static let stray = LaunchID(
        organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: PoolID(rawValue: 12),
        request: JobRequestID(rawValue: 99), ordinal: 1)

    private func addStray(to harness: Harness, id: LaunchID = stray) {
        let now = harness.time.now()
        harness.world.with {
            $0.containers["arn:stray"] = World.Container(launch: id, token: "stray", startedAt: now)
        }
    }

    @Test func anAgentTaskThatNoLaunchAnswersForIsStoppedAndItsRegistrationRemoved() async throws {
        let harness = Harness()
        addStray(to: harness)
        try await harness.run { _ in
            let early = await harness.passes(seconds: 59) {
                harness.world.with { $0.containers["arn:stray"]?.stoppedAt != nil }
            }
            #expect(!early, "it was stopped on the first sight")
            await harness.expect(within: 400) { harness.isQuiet }
        }
        #expect(
            harness.store.records.contains { $0.kind == "stray.agentTaskStopped" && $0.subject == Self.stray.rawValue })
    }

    @Test func oneThatHasAJobIsLeftToIt() async throws {
        let harness = Harness()
        addStray(to: harness)
        harness.world.queue(1, seconds: 300)
        for _ in 0..<10 {
            harness.time.advance(milliseconds: 1_000)
            harness.world.with { _ in }
        }
        #expect(harness.world.with { $0.containers["arn:stray"]?.job } == JobRequestID(rawValue: 1))
        try await harness.run { _ in
            await harness.expect(within: 900) { harness.isQuiet }
        }
        #expect(harness.world.with { $0.interrupted.isEmpty })
        #expect(harness.world.with { $0.jobs[JobRequestID(rawValue: 1)]?.request.result } == "succeeded")
    }

    @Test func anotherPoolsAgentTaskIsNotOurs() async throws {
        let harness = Harness()
        let other = LaunchID(
            organization: OrganizationKey(url: "https://dev.azure.com/contoso"), pool: PoolID(rawValue: 12),
            request: JobRequestID(rawValue: 99), ordinal: 1)
        addStray(to: harness, id: other)
        try await harness.run { _ in
            let stopped = await harness.passes(seconds: 400) {
                harness.world.with { $0.containers["arn:stray"]?.stoppedAt != nil }
            }
            #expect(!stopped)
        }
    }
}
