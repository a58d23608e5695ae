internal import Foundation
internal import Logging
internal import SlipwayCore
internal import SlipwayEngine
internal import SlipwaySQLite

/// What many live launches cost: the start, and each sweep of pool and cluster, with the real store and engine. The two
/// services are values in this process, so their JSON isn't in the figures.
///
///     scale-bench live FOLDER COUNT
///     scale-bench burst FOLDER COUNT PER-SECOND
@main
struct ScaleBench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("live", 3): try await live(arguments[1], count: max(1, Int(arguments[2]) ?? 1_000))
        case ("burst", 4):
            try await burst(
                arguments[1], count: max(1, Int(arguments[2]) ?? 5_000), perSecond: max(1, Int(arguments[3]) ?? 20))
        default:
            print(
                """
                scale-bench live FOLDER COUNT                start and sweeps with COUNT busy launches
                scale-bench burst FOLDER COUNT PER-SECOND    COUNT jobs at once, a quota of PER-SECOND calls of RunTask
                FOLDER must be there, and empty.
                """)
        }
    }

    private static func burst(_ folder: String, count: Int, perSecond: Int) async throws {
        let store = try SQLiteStore(path: folder + "/burst-\(count).sqlite")
        let world = BurstWorld(count: count, perSecond: perSecond, time: SystemTime())
        let engine = Engine(
            configuration: EngineConfiguration(
                organizationURL: BusyWorld.organization,
                pools: [
                    .init(name: "scale", profiles: [BusyWorld.profile(count)], maximumAgents: count, port: world)
                ], startBurst: perSecond, startsPerSecond: perSecond),
            store: store, agentTasks: world, time: SystemTime(),
            logger: Logger(label: "scale") { _ in SwiftLogNoOpLogHandler() })
        let started = ContinuousClock.now
        let running = Task { try await engine.run() }
        while world.started < count, ContinuousClock.now - started < .seconds(600) {
            try await Task.sleep(for: .milliseconds(5))
        }
        let seconds = Double((ContinuousClock.now - started).milliseconds) / 1_000
        // Whatever would start twice has its time to.
        try await Task.sleep(for: .seconds(5))
        running.cancel()
        _ = await running.result
        await store.close()
        // The first burst is free; the rest comes at the quota's rate.
        let ideal = Double(count - perSecond) / Double(perSecond)
        print(
            "\(count) jobs at once, \(perSecond) calls a second: \(world.started) started in \(seconds) s, "
                + "\(Int((ideal / seconds * 100).rounded())) % of the quota's rate, \(world.throttled) throttled, "
                + "\(world.doubles) launches with two agent tasks")
    }

    private static func live(_ folder: String, count: Int) async throws {
        let path = folder + "/scale-\(count).sqlite"
        let launches = BusyWorld.launches(1...count)
        try await fill(path, launches)
        let world = BusyWorld(launches)
        let store = try SQLiteStore(path: path)
        let engine = Engine(
            configuration: EngineConfiguration(
                organizationURL: BusyWorld.organization,
                pools: [
                    .init(
                        name: "scale", profiles: [BusyWorld.profile(count)], maximumAgents: count, sweepSeconds: 1,
                        port: world)
                ]),
            store: store, agentTasks: world, time: SystemTime(),
            logger: Logger(label: "scale") { _ in SwiftLogNoOpLogHandler() })
        let started = ContinuousClock.now
        let running = Task { try await engine.run() }
        while world.readings == 0 { try await Task.sleep(for: .milliseconds(1)) }
        let recovered = ContinuousClock.now - started
        // The first sweeps still warm up.
        try await Task.sleep(for: .seconds(3))
        let (before, processorBefore) = (world.readings, processorSeconds())
        try await Task.sleep(for: .seconds(10))
        let sweeps = world.readings - before
        let milliseconds = (processorSeconds() - processorBefore) * 1_000 / Double(max(1, sweeps))
        running.cancel()
        _ = await running.result
        await store.close()
        print(
            "\(count) live launches: start \(recovered.milliseconds) ms, \(Int(milliseconds.rounded())) ms of CPU a sweep, "
                + "\(sweeps) sweeps, RSS \(residentMegabytes()) MB")
    }

    /// The launches as they would stand in the store after their agents took their jobs.
    private static func fill(_ path: String, _ launches: some Collection<Launch>) async throws {
        let store = try SQLiteStore(path: path)
        var rest = launches[...]
        while !rest.isEmpty {
            var batch = Array(rest.prefix(1_000))
            rest = rest.dropFirst(1_000)
            try await store.commit(LaunchBatch(inserts: batch))
            for event in BusyWorld.events {
                var update = LaunchBatch()
                for index in batch.indices {
                    let next = batch[index].applying(
                        event(batch[index]), at: BusyWorld.start, rules: LaunchRules())
                    guard let next else { continue }
                    batch[index] = next.launch
                    update.updates.append(next.launch)
                }
                try await store.commit(update)
            }
        }
        await store.close()
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Linux tells it in /proc; 0 elsewhere.
    private static func residentMegabytes() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
        else { return 0 }
        return (Int(line.filter(\.isNumber)) ?? 0) / 1_024
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
