internal import Foundation
internal import SlipwayCore
internal import SlipwaySQLite
internal import SlipwaySandbox
internal import SlipwayTestSupport
internal import Synchronization

/// One world, one kill.
struct CrashRun: Sendable {
    var scenario: CrashScenario
    var moment: CrashMoment
    /// The call or the commit at which the server is killed, from 1.
    var number: Int
    var program: String
    /// The library that kills at commits; nil: there is none on this system.
    var killer: String?
    var certificate: SelfSignedCertificate

    private static let speed = 100.0
    /// Of real time. Some states are held for a minute on purpose: `LaunchRules.consistencySeconds`.
    private static let limit = Duration.seconds(200)

    /// Throws only if it could not be tried.
    func run() async throws -> CrashOutcome {
        let start = ContinuousClock.now
        var configuration = SandboxConfiguration(seed: UInt64(number))
        configuration.azureDevOps.pools = [
            .init(name: "ecs-linux", id: 44, placeholders: [[:], ["slipway.size": "large"]])
        ]
        // A stopped agent task is known for an hour, which is soon over at this speed; here it is counted at the end.
        configuration.timing.stoppedTaskRetention = .seconds(1_000_000)
        configuration.hooks = .init(trustRootFile: certificate.certificate)
        configuration.ecs.taskDefinition.givesToken = !scenario.claims
        var outcome = try await withSandbox(configuration, clock: RealClock(speed: Self.speed)) { sandbox, endpoints in
            let installation = try Installation(
                program: program, certificate: certificate, sandbox, endpoints, claims: scenario.claims,
                serverTasks: scenario.serverTasks)
            var outcome = try await run(installation, sandbox)
            if outcome.violations.isEmpty { installation.remove() } else { outcome.folder = installation.folder }
            return outcome
        }
        outcome.seconds = (ContinuousClock.now - start) / .seconds(1)
        return outcome
    }

    private func run(_ installation: Installation, _ sandbox: Sandbox) async throws -> CrashOutcome {
        scenario.prepare(sandbox)
        if scenario.withHooks { try installation.subscribe(sandbox) }
        var environment = moment.environment(number: number)
        if moment.isOfCommits { environment["LD_PRELOAD"] = killer }
        let server = try installation.serve("first.log", environment: environment)
        let killedAt = Mutex<String?>(nil)
        let current = Mutex(server)
        sandbox.calls.watch { call in
            guard call.number == number, call.moment == moment.outsideMoment else { return true }
            killedAt.withLock { $0 = call.operation.description }
            current.withLock { $0 }.kill()
            // What is answered now is answered to nobody.
            return false
        }
        // A call that nobody answers fails its task: that is no matter of the server's.
        if scenario.serverTasks { try await installation.connect(sandbox, while: server) }
        for run in scenario.runs { try sandbox.queue(run) }
        var violations: [String] = []
        var isInterfered = false
        let end = ContinuousClock.now + Self.limit
        while ContinuousClock.now < end {
            if !isInterfered { isInterfered = try scenario.interfere(sandbox) }
            if !current.withLock({ $0 }).isRunning {
                if moment.isOfCommits, current.withLock({ $0 === server }), server.wasKilled {
                    killedAt.withLock { $0 = "a commit" }
                }
                // At its second end it wasn't killed by us.
                guard killedAt.withLock({ $0 }) != nil, current.withLock({ $0 === server }) else {
                    violations.append("the server ended by itself")
                    break
                }
                let next = try installation.serve("second.log")
                current.withLock { $0 = next }
            }
            if isInterfered, try await CrashChecks.isOver(scenario, sandbox, installation) { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        // What is called from here on is no place of the run.
        sandbox.calls.watch { _ in true }
        if killedAt.withLock({ $0 }) != nil, current.withLock({ $0 === server }), violations.isEmpty {
            let next = try installation.serve("second.log")
            current.withLock { $0 = next }
        }
        if ContinuousClock.now >= end { violations.append("it did not come to its end within \(Self.limit)") }
        violations += try await CrashChecks(scenario: scenario, sandbox: sandbox, installation: installation)
            .violations()
        if violations.isEmpty {
            let last = current.withLock { $0 }
            var status = try await last.end()
            if last === server, moment.isOfCommits, last.wasKilled {
                // Its n-th commit was the one it ends with.
                killedAt.withLock { $0 = "its last commit" }
                status = try await installation.serve("second.log").end()
            }
            if status != 0 { violations.append("SIGTERM did not end the server with exit code 0") }
        }
        return CrashOutcome(
            number: number, killedAt: killedAt.withLock { $0 }, calls: sandbox.calls.total, seconds: 0,
            violations: violations, folder: nil)
    }
}
