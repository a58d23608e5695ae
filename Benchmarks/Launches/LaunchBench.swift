import Foundation
import SlipwaySandbox
import SlipwayTestSupport

/// From the hook to RunTask, start-up and memory of the built server, against simulators that answer at once.
///
///     launch-bench SLIPWAY CERTIFICATE KEY [seconds of hooks] [launches for the memory figure]
@main
struct LaunchBench {
    static func main() async {
        do { try await measure() } catch {
            FileHandle.standardError.write(Data("launch-bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func measure() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else {
            throw TestSupportError("usage: launch-bench SLIPWAY CERTIFICATE KEY [SECONDS] [LAUNCHES]")
        }
        let seconds = arguments.count > 4 ? Int(arguments[4]) ?? 20 : 20
        let launches = arguments.count > 5 ? Int(arguments[5]) ?? 10_000 : 10_000
        var configuration = SandboxConfiguration.instant()
        configuration.hooks = .init(trustRootFile: arguments[2])
        configuration.ecs.containersShareKey = true
        try await withSandbox(configuration) { sandbox, endpoints in
            let files = try ServerFiles(endpoints, sandbox.configuration, certificate: arguments[2], key: arguments[3])
            defer { files.folder.remove() }
            let bench = Bench(binary: arguments[1], sandbox: sandbox, files: files)
            try await bench.startUp()
            try await bench.hooksToRunTask(seconds: seconds, launches: launches)
        }
    }
}

struct Bench {
    let binary: String
    let sandbox: Sandbox
    let files: ServerFiles

    func startUp() async throws {
        var times: [Double] = []
        var memory: [Double] = []
        for _ in 0..<7 {
            let started = ContinuousClock.now
            let server = try files.serve(binary)
            _ = try await files.port(of: server, every: .milliseconds(1))
            times.append((ContinuousClock.now - started) / .milliseconds(1))
            try await Task.sleep(for: .milliseconds(1_500))
            memory.append(server.residentMB)
            try await server.end()
        }
        report("start to listening, median of 7", Figures(times).percentile(0.5), "ms", aim: "≤ 150")
        report("RSS at start, median of 7", Figures(memory).percentile(0.5), "MB", aim: "≤ 64")
    }

    /// Four runs of one job each second, then a hundred; then as many more as it takes.
    func hooksToRunTask(seconds: Int, launches: Int) async throws {
        let server = try files.serve(binary)
        let port = try await files.port(of: server)
        try sandbox.subscribe(
            to: "ms.vss-pipelines.job-state-changed-event", url: "https://localhost:\(port)/hooks/azure-devops",
            filters: ["jobStateId": "Waiting"], username: "slipway", password: files.settings.hookPassword)
        var queued = 0
        for perSecond in [4, 40, 100] {
            let runs = try await queue(perSecond: perSecond, count: seconds * perSecond)
            queued += runs.count
            try await settle(queued)
            let starts = runTaskTimes()
            let figures = Figures(runs.compactMap { run, at in starts[run].map { $0.timeIntervalSince(at) * 1000 } })
            let what = "job queued → RunTask received, \(perSecond) jobs/s"
            report("\(what), p50", figures.percentile(0.5), "ms", aim: "")
            report("\(what), p99", figures.percentile(0.99), "ms", aim: "≤ 5 and round trips")
            report("\(what), maximum", figures.maximum, "ms", aim: "")
        }
        queued += try await queue(perSecond: 250, count: max(0, launches - queued)).count
        try await settle(queued)
        report("RSS after \(queued) launches", server.residentMB, "MB", aim: "")
        report("left over after all", Double(sandbox.leftovers().count), "things", aim: "0")
        try await server.end()
    }

    /// Queues runs at a steady pace. Their jobs take longer than it takes to look at the pool: an agent whose job came and went
    /// between two looks is taken for one that is still to come, and the next job waits for it until the cluster tells its end.
    /// Answers each run with the moment it was queued, which is when its hook leaves: the
    /// simulators have no lag.
    private func queue(perSecond: Int, count: Int) async throws -> [(run: Int, at: Date)] {
        var queued: [(run: Int, at: Date)] = []
        let clock = ContinuousClock()
        let start = clock.now
        for index in 0..<count {
            try await clock.sleep(until: start + .seconds(1) * index / perSecond)
            let at = Date()
            let run = try sandbox.queue(QueuedRun(jobs: [.init(name: "job", duration: .seconds(5))]))
            queued.append((run, at))
        }
        return queued
    }

    private func settle(_ count: Int) async throws {
        let sandbox = sandbox
        try await sandbox.wait(for: "every job to run and every agent to be gone", within: .seconds(120)) { sandbox in
            sandbox.jobs.count >= count && sandbox.jobs.allSatisfy { $0.state == .completed }
                && sandbox.leftovers().isEmpty
        }
    }

    /// When the first RunTask on behalf of each run came.
    private func runTaskTimes() -> [Int: Date] {
        var times: [Int: Date] = [:]
        for task in sandbox.agentTasks {
            guard let run = task.tags["slipway:run"].flatMap(Int.init) else { continue }
            times[run] = min(times[run] ?? task.createdAt, task.createdAt)
        }
        return times
    }

    private func report(_ what: String, _ value: Double, _ unit: String, aim: String) {
        let number = String(format: "%.1f", value)
        print(
            "\(what.padding(toLength: 56, withPad: " ", startingAt: 0)) \(number) \(unit)\(aim.isEmpty ? "" : "  (aim \(aim))")"
        )
    }
}
