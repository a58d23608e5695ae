import SlipwayCore
import SlipwayEngine
import Testing

/// The engine with a queue of events beside the cluster.
@Suite struct AgentTaskEventTests {
    private static let ended = AgentTaskStatus.stopped(
        AgentTaskStop(reason: "Essential container in task exited", code: "EssentialContainerExited", exitCode: 0))

    /// An engine whose one launch runs a job of a thousand seconds, and whose queue is trusted.
    private func trusted(
        _ body: @Sendable (Harness, EventQueue, Launch) async throws -> Void
    ) async throws {
        let harness = Harness()
        let queue = EventQueue(time: harness.time)
        let engine = harness.makeEngine(events: queue)
        try await harness.run(engine) { _ in
            harness.world.queue(1, seconds: 1_000)
            await harness.expect(within: 60) { harness.launch?.state.name == "busy" }
            let launch = try #require(harness.launch)
            queue.send(launch, .running, version: 3)
            await harness.expect(within: 60) { queue.isEmpty && engine.agentTaskMessages["applied"] == 1 }
            // A look that was due is over.
            _ = await harness.passes(seconds: 35) { false }
            try await body(harness, queue, launch)
        }
    }

    @Test func aStopToldByAnEventNeedsNoLookAtTheCluster() async throws {
        try await trusted { harness, queue, launch in
            let looks = harness.world.with { $0.looks.count }
            queue.send(launch, Self.ended, version: 9)
            await harness.expect(within: 2) { harness.launch?.agentTaskStop?.exitCode == 0 }
            #expect(harness.world.with { $0.looks.count } == looks)
            // Its message is taken out of the queue once it is stored.
            await harness.expect(within: 2) { queue.isEmpty }
        }
    }

    @Test func whileEventsTellTheClusterIsAskedOnceAMinute() async throws {
        try await trusted { harness, queue, launch in
            let looks = harness.world.with { $0.looks.count }
            for version in 10..<16 {
                queue.send(launch, .running, version: version)
                _ = await harness.passes(seconds: 50) { false }
            }
            #expect((4...6).contains(harness.world.with { $0.looks.count } - looks))
        }
    }

    @Test func aQueueThatTellsNothingIsNotTrusted() async throws {
        let harness = Harness()
        let queue = EventQueue(time: harness.time)
        try await harness.run(harness.makeEngine(events: queue)) { _ in
            harness.world.queue(1)
            await harness.expect(within: 60) { harness.isQuiet }
        }
        #expect(harness.world.ranAll)
        #expect(queue.with { $0.receives } > 0)
    }

    @Test func aQueueThatMissesAStopIsNoLongerTrusted() async throws {
        try await trusted { harness, queue, launch in
            // The container ends and no event tells.
            let agentTask = try #require(launch.agentTask)
            let now = harness.time.now()
            harness.world.with { state in
                state.containers[agentTask.rawValue]?.stoppedAt = now
                state.containers[agentTask.rawValue]?.exitCode = 1
            }
            await harness.expect(within: 61) { harness.launch?.agentTaskStop != nil }
            _ = await harness.passes(seconds: 55) { false }
            harness.world.cancel(1)
            harness.world.queue(2, seconds: 60)
            await harness.expect(within: 120) { harness.store.launches.contains { $0.state.name == "pending" } }
            let looks = harness.world.with { $0.looks.count }
            _ = await harness.passes(seconds: 10) { false }
            #expect(harness.world.with { $0.looks.count } >= looks + 3)
        }
    }

    @Test func aStopThatALookSeesBeforeItsEventComesChangesNoPace() async throws {
        try await trusted { harness, queue, launch in
            let agentTask = try #require(launch.agentTask)
            harness.world.queue(2, seconds: 1_000)
            await harness.expect(within: 120) { harness.store.launches.contains { $0.state.name == "pending" } }
            let now = harness.time.now()
            harness.world.with { state in
                state.containers[agentTask.rawValue]?.stoppedAt = now
                state.containers[agentTask.rawValue]?.exitCode = 1
            }
            await harness.expect(within: 61) {
                harness.store.launches.contains { $0.id == launch.id && $0.agentTaskStop != nil }
            }
            let looks = harness.world.with { $0.looks.count }
            _ = await harness.passes(seconds: 20) { false }
            queue.send(launch, Self.ended, version: 9)
            _ = await harness.passes(seconds: 35) { false }
            #expect(harness.world.with { $0.looks.count } == looks)
        }
    }

    @Test func aQueueThatCanNotBeReadBringsTheOldPaceBackAtOnce() async throws {
        try await trusted { harness, queue, _ in
            harness.world.queue(2, seconds: 1_000)
            await harness.expect(within: 60) { harness.store.launches.count == 2 }
            let looks = harness.world.with { $0.looks.count }
            queue.with { $0.error = PortError(code: .forbidden, message: "no permission") }
            await harness.expect(within: 3) { harness.world.with { $0.looks.count } > looks }
            let receives = queue.with { $0.receives }
            _ = await harness.passes(seconds: 300) { false }
            // Pauses grow to a minute.
            #expect(queue.with { $0.receives } - receives <= 15)
            queue.with { $0.error = nil }
            await harness.expect(within: 61) { queue.with { $0.receives } > receives + 15 }
        }
    }

    @Test func anOlderVersionChangesNothing() async throws {
        try await trusted { harness, queue, launch in
            let version = try #require(harness.launch).version
            queue.send(launch, Self.ended, version: 2)
            queue.send(launch, Self.ended, version: 3)
            await harness.expect(within: 2) { queue.isEmpty }
            #expect(harness.launch?.agentTaskStop == nil)
            #expect(harness.launch?.version == version)
        }
    }

    @Test func versionsThatComeTogetherInTheWrongOrderAreAppliedInTheRightOne() async throws {
        let harness = Harness()
        let queue = EventQueue(time: harness.time)
        let engine = harness.makeEngine(events: queue)
        try await harness.run(engine) { _ in
            harness.world.queue(1, seconds: 1_000)
            await harness.expect(within: 60) { harness.launch?.state.name == "pending" }
            let launch = try #require(harness.launch)
            queue.send(launch, Self.ended, version: 6)
            queue.send(launch, .running, version: 5)
            queue.send(launch, Self.ended, version: 6)
            await harness.expect(within: 2) { harness.launch?.agentTaskStop != nil && queue.isEmpty }
            #expect(harness.launch?.runningAt != nil)
            let stops = harness.store.records.filter { $0.facts.contains("stopReason") }
            #expect(stops.count == 1)
        }
    }

    @Test func aMessageIsDroppedOnlyWhenItsChangeIsOnDisk() async throws {
        try await trusted { harness, queue, launch in
            harness.store.isBroken = true
            queue.send(launch, Self.ended, version: 9)
            _ = await harness.passes(seconds: 20) { false }
            #expect(!queue.isEmpty)
            harness.store.isBroken = false
            await harness.expect(within: 120) { harness.launch?.agentTaskStop != nil && queue.isEmpty }
        }
    }

    @Test func aMessageThatCouldNotBeDroppedDoesNoHarmWhenItComesAgain() async throws {
        try await trusted { harness, queue, launch in
            queue.with { $0.acknowledgeError = PortError(code: .unavailable, message: "no answer") }
            queue.send(launch, Self.ended, version: 9)
            await harness.expect(within: 2) { harness.launch?.agentTaskStop != nil }
            let version = harness.launch?.version
            _ = await harness.passes(seconds: 40) { false }
            queue.with { $0.acknowledgeError = nil }
            await harness.expect(within: 120) { queue.isEmpty }
            let stops = harness.store.records.filter { $0.facts.contains("stopReason") }
            #expect(stops.count == 1)
            #expect(version != nil)
        }
    }

    @Test func anEventThatComesBeforeTheAnswerToRunTaskIsKept() async throws {
        let harness = Harness()
        let queue = EventQueue(time: harness.time)
        let engine = harness.makeEngine(events: queue)
        harness.world.with { $0.startAnswers = Array(repeating: .unanswered("slow"), count: 3) }
        try await harness.run(engine) { _ in
            harness.world.queue(1, seconds: 1_000)
            await harness.expect(within: 60) { harness.launch?.state.name == "starting" }
            let launch = try #require(harness.launch)
            queue.send(launch, .stopped(AgentTaskStop(reason: "no image")), version: 4, agentTask: "arn:task/1")
            await harness.expect(within: 2) { engine.agentTaskMessages["early"] == 1 }
            #expect(!queue.isEmpty)
            await harness.expect(within: 60) { harness.launch?.agentTask != nil }
            await harness.expect(within: 40) { queue.isEmpty }
            #expect(harness.store.launches.contains { $0.agentTaskStop?.reason == "no image" })
        }
    }

    @Test func anEventThatNeverFindsItsAgentTaskIsGivenUp() async throws {
        let harness = Harness()
        let queue = EventQueue(time: harness.time)
        let engine = harness.makeEngine(events: queue)
        harness.world.with { $0.startAnswers = Array(repeating: .unanswered("slow"), count: 1_000) }
        try await harness.run(engine) { _ in
            harness.world.queue(1)
            await harness.expect(within: 60) { harness.launch?.state.name == "starting" }
            queue.send(try #require(harness.launch), .running, version: 4, agentTask: "arn:task/1")
            queue.send(.damaged)
            await harness.expect(within: 200) { queue.isEmpty }
        }
        #expect(engine.agentTaskMessages["early"] == 4)
        #expect(engine.agentTaskMessages["damaged"] == 4)
        #expect(engine.agentTaskMessages["abandoned"] == 2)
        #expect(engine.agentTaskEventNote?.contains("4 damaged, 2 abandoned") == true)
    }

    @Test func whatIsOfNoUseIsCountedAndDropped() async throws {
        try await trusted { harness, queue, launch in
            let version = try #require(harness.launch).version
            queue.send(.foreign("agent task of another cluster"))
            queue.send(.unreadable("it is not the JSON of an EventBridge event"))
            queue.send(launch, Self.ended, version: 20, agentTask: "arn:task/other")
            let over = try #require(LaunchID(rawValue: "abc-44-1-1"))
            queue.send(
                .observation(
                    AgentTaskObservation(
                        agentTask: AgentTaskID(rawValue: "arn:task/9"), launch: over, version: 1, status: Self.ended)))
            await harness.expect(within: 2) { queue.isEmpty }
            #expect(harness.launch?.version == version)
        }
    }
}

extension Harness {
    var launch: Launch? { store.launches.first }
}
