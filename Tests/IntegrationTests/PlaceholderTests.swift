import Foundation
import SlipwayCore
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// The built program against simulated services whose pool has no agent at all.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PlaceholderTests {
    private static let none = Placeholder(capabilities: [:]).name
    private static let large = Placeholder(capabilities: ["slipway.size": "large"]).name
    private static let largeJob = QueuedRun.Job.job("image", demands: ["slipway.size -equals large"], seconds: 20)

    private func deployment(
        placeholders: [[String: String]] = [], largeDemand: String? = "slipway.size -equals large",
        _ body: @Sendable (Deployment) async throws -> Void
    ) async throws {
        // Slower than usual: on a loaded machine an agent that is a hundred times faster misses its renewals.
        try await Deployment.with(
            speed: 20, placeholders: placeholders,
            { settings in
                settings.sweepSeconds = 1
                settings.leaveSeconds = 5
                settings.largeDemand = largeDemand
            }, body)
    }

    private func names(_ sandbox: Sandbox) -> Set<String> {
        Set(sandbox.registrations.filter(\.isPlaceholder).map(\.name))
    }

    private func wait(
        _ deployment: Deployment, for what: String, _ condition: @escaping @Sendable (Sandbox) -> Bool
    ) async throws {
        try await deployment.sandbox.wait(for: what, within: Deployment.patience) { condition($0) }
    }

    private func kinds(_ deployment: Deployment) async throws -> [String] {
        try await deployment.records().map(\.kind).filter { $0.hasPrefix("placeholder.") }
    }

    @Test func aPoolWithoutAnyAgentServesJobsWithDemands() async throws {
        try await deployment { deployment in
            let early = try deployment.queue(Self.largeJob)
            #expect(deployment.sandbox.jobs(of: early).first?.issue?.hasPrefix("No agent found in pool") == true)

            let server = try deployment.installation.serve()
            try await wait(deployment, for: "both placeholders") { names($0) == [Self.none, Self.large] }
            for agent in deployment.sandbox.registrations {
                #expect(agent.version == "99.999.9" && agent.isEnabled && !agent.isOnline)
            }
            // A demand that no profile serves fails at once as before, instead of waiting for ever.
            let other = try deployment.queue(.job(demands: ["Agent.OS -equals Linux"]))
            #expect(deployment.sandbox.jobs(of: other).first?.result == .failed)
            let run = try deployment.queue(Self.largeJob, .job("test", seconds: 20))
            try await wait(deployment, for: "both jobs") { sandbox in
                sandbox.jobs(of: run).allSatisfy { $0.state == .completed }
            }
            #expect(deployment.sandbox.jobs(of: run).map(\.issue) == [nil, nil])
            #expect(deployment.sandbox.jobs(of: run).allSatisfy { $0.result == .succeeded })
            let agents = Set(deployment.sandbox.jobs(of: run).compactMap(\.agentName))
            #expect(agents.count == 2 && agents.isDisjoint(with: [Self.none, Self.large]))
            try await deployment.expectTheEnd(allJobsSucceed: false)
            #expect(names(deployment.sandbox) == [Self.none, Self.large])
            #expect(try await kinds(deployment) == ["placeholder.registered", "placeholder.registered"])
            let listed = try await deployment.installation.slipway("agents", "list")
            #expect(listed.output.contains("placeholder: slipway.size -equals large"), "\(listed.output)")
            #expect(listed.output.contains("placeholder: no demands"), "\(listed.output)")
            let pruned = try await deployment.installation.slipway("agents", "prune")
            #expect(pruned.status == 0 && pruned.output.contains("No strays."), "\(pruned.output)")
            try await deployment.end(server)
        }
    }

    @Test func whatSomebodyDeletedOrDisabledIsBackAtTheNextLook() async throws {
        try await deployment(largeDemand: nil) { deployment in
            let server = try deployment.installation.serve()
            try await wait(deployment, for: "the placeholder") { names($0) == [Self.none] }
            try deployment.sandbox.removeAgent(named: Self.none)
            try await wait(deployment, for: "it to be back") { names($0) == [Self.none] }
            try deployment.sandbox.setAgentEnabled(false, named: Self.none)
            try await wait(deployment, for: "it to be enabled") { $0.registrations.allSatisfy(\.isEnabled) }
            try await deployment.sandbox.wait(for: "the record", within: Deployment.patience) { _ in
                try await kinds(deployment).count == 3
            }
            try await deployment.end(server)
            #expect(
                try await kinds(deployment) == [
                    "placeholder.registered", "placeholder.registered", "placeholder.enabled",
                ])
        }
    }

    @Test func whatNoProfileNeedsAnyMoreIsRemovedAfterARestart() async throws {
        try await deployment { deployment in
            let first = try deployment.installation.serve("first.log")
            try await wait(deployment, for: "both placeholders") { names($0).count == 2 }
            try await deployment.end(first)
            var changed = deployment.installation
            changed.settings.largeDemand = nil
            try changed.configure()
            let second = try changed.serve("second.log")
            try await wait(deployment, for: "the removal") { names($0) == [Self.none] }
            try await deployment.end(second)
            #expect(try await kinds(deployment).last == "placeholder.removed")
        }
    }

    @Test func whatOthersMadeIsLeftAlone() async throws {
        // A template for jobs without demands, and an agent that has the name of the other placeholder.
        try await deployment(placeholders: [[:]]) { deployment in
            let sandbox = deployment.sandbox
            try sandbox.registerAgent(named: Self.large, capabilities: ["other": "1"])
            let before = sandbox.registrations
            let server = try deployment.installation.serve()
            let line = try await server.line(with: "is not Slipway's placeholder")
            #expect(line?.contains(Self.large) == true, "\(server.output)")
            let doctor = try await deployment.installation.slipway("doctor")
            #expect(doctor.output.contains("taken by agent \(Self.large)"), "\(doctor.output)")
            let looks = sandbox.faults.calls(of: .listAgents)
            try await wait(deployment, for: "further looks") { $0.faults.calls(of: .listAgents) > looks + 4 }
            #expect(sandbox.registrations == before)
            try await deployment.end(server)
            #expect(try await kinds(deployment) == ["placeholder.nameTaken"])
        }
    }

    @Test func aMissingPermissionIsExplainedAndLaunchesGoOn() async throws {
        try await deployment(placeholders: [[:]]) { deployment in
            deployment.sandbox.faults.add(
                Fault(
                    operation: .addAgent, subject: "api-version=7.1",
                    action: .answer(
                        status: 403, body: #"{"message": "no", "typeKey": "AccessDeniedException"}"#)))
            let server = try deployment.installation.serve()
            let line = try await server.line(with: "Jobs may fail at once for want of a placeholder")
            #expect(line?.contains("Agent Pools (read & manage)") == true, "\(server.output)")
            let doctor = try await deployment.installation.slipway("doctor")
            #expect(doctor.status == 1)
            #expect(doctor.output.contains("profile large: no lasting agent is registered"), "\(doctor.output)")
            #expect(doctor.output.contains("Agent Pools (read & manage)"), "\(doctor.output)")
            let tries = deployment.sandbox.faults.calls(of: .addAgent)

            // The agents of launches register themselves, with a token of their own.
            deployment.sandbox.faults.removeAll()
            try deployment.queue(.job(seconds: 20))
            try await deployment.expectTheEnd()
            #expect(names(deployment.sandbox).count == 1, "it is tried again after a quarter of an hour")
            #expect(tries == 1)
            try await deployment.end(server)
            #expect(try await kinds(deployment) == ["placeholder.refused"])
        }
    }

    @Test func readinessWaitsForTheFirstLookAlone() async throws {
        try await deployment(largeDemand: nil) { deployment in
            deployment.sandbox.faults.add(
                Fault(operation: .addAgent, subject: "api-version=7.1", action: .answer(status: 503)))
            let server = try deployment.installation.serve()
            try await wait(deployment, for: "a try") { $0.faults.calls(of: .addAgent) > 0 }
            let console = try await port(ofConsole: server)
            let unready = try await readiness(console)
            #expect(unready.status == 503 && unready.body.contains("have not been looked at yet"), "\(unready)")
            deployment.sandbox.faults.removeAll()
            try await wait(deployment, for: "the placeholder") { names($0) == [Self.none] }
            try await deployment.sandbox.wait(for: "readiness", within: Deployment.patience) { _ in
                try await readiness(console).status == 200
            }
            try await deployment.end(server)
        }
    }

    private func port(ofConsole server: Program) async throws -> Int {
        let line = try #require(await server.line(with: "The console listens"), "\(server.output)")
        let digits = try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
        return try #require(Int(digits))
    }

    private func readiness(_ port: Int) async throws -> (status: Int, body: String) {
        let folder = try Folder()
        defer { folder.remove() }
        let curl = try Program(
            "/usr/bin/env", ["curl", "-s", "-m", "10", "-w", "\n%{http_code}", "http://127.0.0.1:\(port)/readyz"],
            outputTo: folder.path("output"))
        _ = try await curl.status(within: .seconds(20))
        let lines = curl.output.split(separator: "\n")
        return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
    }
}
