import Foundation
import Testing

@testable import SlipwaySandbox

@Suite struct AgentTaskLifeCycleTests {
    /// Every step takes exactly one second; deprovisioning too.
    private static var configuration: SandboxConfiguration {
        var configuration = SandboxConfiguration.instant()
        let second = Duration.seconds(1)...Duration.seconds(1)
        (configuration.timing.provisioning, configuration.timing.pull) = (second, second)
        (configuration.timing.containerStart, configuration.timing.deprovisioning) = (second, second)
        return configuration
    }

    @Test("PROVISIONING, PENDING, RUNNING, DEPROVISIONING, STOPPED: each with its stamp and a growing version")
    func wholeLife() async throws {
        let clock = ManualClock()
        try await withSandbox(Self.configuration, clock: clock) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            sandbox.behaviours.setUsual(.crashesBeforeConfiguration(exitCode: 7))
            let arn = try #require(try await ecs.runTask(["tags": [["key": "launch", "value": "1"]]]).taskARNs.first)
            var seen: [String] = []
            var versions: [Int] = []
            for _ in 0..<6 {
                let task = try await ecs.describe(arn)
                seen.append(task["lastStatus"]?.string ?? "missing")
                versions.append(task["version"]?.integer ?? -1)
                try await clock.advance(by: .seconds(1))
            }
            // It ends at the moment it starts, so RUNNING is never seen here.
            #expect(seen == ["PROVISIONING", "PENDING", "PENDING", "DEPROVISIONING", "STOPPED", "STOPPED"])
            #expect(versions == versions.sorted())
            let task = try await ecs.describe(arn)
            #expect(task["stopCode"] == "EssentialContainerExited")
            #expect(task["stoppedReason"] == "Essential container in task exited")
            #expect(task["desiredStatus"] == "STOPPED")
            #expect(task["containers"]?.array?.first?["exitCode"] == 7)
            #expect(task["tags"] == [["key": "launch", "value": "1"]])
            let stamps = try [
                "createdAt", "pullStartedAt", "pullStoppedAt", "startedAt", "executionStoppedAt", "stoppedAt",
            ]
            .map { try #require(task[$0]?.number) }
            #expect(stamps == stamps.sorted())
            #expect(stamps[5] - stamps[0] == 4)
        }
    }

    @Test("A task that can't pull its image stops with TaskFailedToStart, and never started")
    func failedToStart() async throws {
        let clock = ManualClock()
        try await withSandbox(Self.configuration, clock: clock) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            sandbox.behaviours.add(.imagePullFailure, launches: 1...1)
            sandbox.behaviours.add(.networkTimeout, launches: 2...2)
            let pull = try #require(try await ecs.runTask().taskARNs.first)
            let network = try #require(try await ecs.runTask().taskARNs.first)
            try await clock.advance(by: .seconds(10))
            for (arn, text) in [(pull, "CannotPullContainerError"), (network, "network interface provisioning")] {
                let task = try await ecs.describe(arn)
                #expect(task["lastStatus"] == "STOPPED")
                #expect(task["stopCode"] == "TaskFailedToStart")
                #expect(task["stoppedReason"]?.string?.contains(text) == true)
                #expect(task["startedAt"] == nil)
                #expect(task["containers"]?.array?.first?["exitCode"] == nil)
            }
        }
    }

    @Test("A secret that doesn't exist keeps the task from starting")
    func missingSecret() async throws {
        let clock = ManualClock()
        var configuration = Self.configuration
        configuration.ecs.taskDefinition.tokenSecretARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a"
        try await withSandbox(configuration, clock: clock) { [configuration] sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            var definition = configuration.ecs.taskDefinition
            definition.tokenSecretARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other"
            _ = try await ecs.call("RegisterTaskDefinition", definition.document)
            let arn = try #require(try await ecs.runTask().taskARNs.first)
            try await clock.advance(by: .seconds(10))
            let task = try await ecs.describe(arn)
            #expect(task["stopCode"] == "TaskFailedToStart")
            #expect(
                task["stoppedReason"]?.string?.hasPrefix("ResourceInitializationError: unable to pull secrets") == true)
        }
    }

    @Test("StopTask sends SIGTERM, and SIGKILL after the stop timeout when the container pays no heed")
    func stopWithoutHeed() async throws {
        let clock = ManualClock()
        try await withSandbox(Self.configuration, clock: clock) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            sandbox.behaviours.setUsual(.ignoresTermination)
            let arn = try #require(
                try await ecs.runTask(
                    ["tags": [["key": "launch", "value": "1"]]], agent: "a-1", url: endpoints.azureDevOps
                ).taskARNs.first
            )
            try await clock.advance(by: .seconds(10))
            let stop: JSONValue = ["cluster": "build-agents", "task": .string(arn), "reason": "the job was canceled"]
            let answer = try await ecs.call("StopTask", stop)
            #expect(answer.json["task"]?["desiredStatus"] == "STOPPED")
            #expect(answer.json["task"]?["lastStatus"] == "RUNNING")
            try await clock.advance(by: .seconds(119))
            #expect(try await ecs.describe(arn)["lastStatus"] == "STOPPING")
            try await clock.advance(by: .seconds(3))
            let task = try await ecs.describe(arn)
            #expect(task["lastStatus"] == "STOPPED")
            #expect(task["stopCode"] == "UserInitiated")
            #expect(task["stoppedReason"] == "the job was canceled")
            #expect(task["containers"]?.array?.first?["exitCode"] == 137)
            #expect(task["tags"] == [])
            // Stopping it once more is fine; what never was, is not.
            #expect(try await ecs.call("StopTask", stop).status == 200)
            let unknown = try await ecs.call("StopTask", ["cluster": "build-agents", "task": "0000"])
            #expect(unknown.code == "InvalidParameterException")
        }
    }

    @Test("An idle agent obeys SIGTERM: it removes itself and ends with 143")
    func stopIdle() async throws {
        let clock = ManualClock()
        try await withSandbox(Self.configuration, clock: clock) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            let arn = try #require(
                try await ecs.runTask(agent: "a-1", url: endpoints.azureDevOps).taskARNs.first
            )
            try await clock.advance(by: .seconds(10))
            #expect(sandbox.registrations.contains { $0.name == "a-1" && $0.isOnline })
            _ = try await ecs.call("StopTask", ["cluster": "build-agents", "task": .string(arn)])
            try await clock.advance(by: .seconds(3))
            #expect(sandbox.agentTasks.first?.exitCode == 143)
            #expect(sandbox.agentTasks.first?.lastStatus == "STOPPED")
            #expect(sandbox.leftovers() == [])
            #expect(!sandbox.registrations.contains { $0.name == "a-1" })
        }
    }

    @Test("Spot capacity that is taken back shows a notice first and an interruption at the end")
    func spot() async throws {
        let clock = ManualClock()
        try await withSandbox(Self.configuration, clock: clock) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            sandbox.behaviours.setUsual(.ignoresTermination)
            let arn = try #require(
                try await ecs.runTask(
                    [
                        "launchType": .null,
                        "capacityProviderStrategy": [["capacityProvider": "FARGATE_SPOT", "weight": 1]],
                    ],
                    agent: "a-1", url: endpoints.azureDevOps
                ).taskARNs.first
            )
            try await clock.advance(by: .seconds(10))
            sandbox.interruptSpot()
            let warned = try await ecs.describe(arn)
            #expect(warned["stopCode"] == "TerminationNotice")
            #expect(warned["desiredStatus"] == "STOPPED")
            try await clock.advance(by: .seconds(125))
            #expect(try await ecs.describe(arn)["stopCode"] == "SpotInterruption")
        }
    }
}
