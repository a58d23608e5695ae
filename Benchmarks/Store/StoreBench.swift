import Foundation
import SlipwayCore
import SlipwaySQLite
import Synchronization

/// What the store does in a second, on this machine's disk. `store-bench help` lists the modes.
@main
struct StoreBench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2, let mode = Mode(rawValue: arguments[0]) else { return usage() }
        let store = try SQLiteStore(path: arguments[1])
        let count = arguments.count > 2 ? Int(arguments[2]) ?? 64 : 64
        switch mode {
        case .deliveries: try await deliveries(store, callers: count, seconds: 5)
        case .launches: try await launches(store, count: count)
        case .verify: try await verify(arguments[1])
        case .write: try await write(store, callers: count)
        case .fill:
            let rest = arguments.dropFirst(3).compactMap { Int($0) }
            try await ConsoleBench.fill(
                store, count: count, failing: rest.first ?? 3, open: rest.dropFirst().first ?? 40)
        case .console: try await ConsoleBench.measure(arguments[1])
        case .generate: try await GeneratedStore(store).write(launches: count)
        case .queries: try await StoreQueries(arguments[1]).measure()
        case .export: try await export(arguments[1])
        }
        await store.close()
    }

    enum Mode: String {
        case deliveries
        case launches
        case verify
        case write
        case fill
        case console
        case generate
        case queries
        case export
    }

    private static func usage() {
        print(
            """
            store-bench deliveries FILE [CALLERS]   durable deliveries per second; 64 callers if not given
            store-bench launches FILE [COUNT]       commits of COUNT launches, then the time to read them
            store-bench verify FILE                 records verified per second
            store-bench generate FILE LAUNCHES      writes closed launches over two years, with all their records
            store-bench queries FILE                milliseconds of what the command line asks, in a generated store
            store-bench export FILE                 megabytes exported per second, in each form
            store-bench write FILE [CALLERS]        records deliveries and prints the number of each once it is
                                                    acknowledged, until it is killed
            store-bench fill FILE COUNT [FAILING] [OPEN]   whole lives of COUNT launches, one each 8.64 s until now;
                                                    FAILING in a hundred fail (3), the newest OPEN are open (40)
            store-bench console FILE                the time of each query of the console
            """)
    }

    // MARK: Modes

    private static func deliveries(_ store: SQLiteStore, callers: Int, seconds: Int) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start.advanced(by: .seconds(seconds))
        let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var latencies: [Duration] = []
                    var turn = 0
                    while clock.now < end {
                        let before = clock.now
                        _ = try await store.record(delivery("\(start)-\(caller)-\(turn)"))
                        latencies.append(clock.now - before)
                        turn += 1
                    }
                    return latencies
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        let elapsed = clock.now - start
        let statistics = store.statistics
        print("callers \(callers): \(perSecond(latencies.count, elapsed)) deliveries/s")
        print("latency p50 \(latencies[latencies.count / 2]), p99 \(latencies[latencies.count * 99 / 100])")
        print(
            "\(statistics.transactions) transactions, "
                + "\(Double(statistics.committed) / Double(statistics.transactions)) deliveries each, "
                + "at most \(statistics.largestBatch)")
    }

    private static func launches(_ store: SQLiteStore, count: Int) async throws {
        let clock = ContinuousClock()
        let base = Int64(try await store.openLaunches().count)
        let written = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<count {
                    group.addTask {
                        let launch = launch(base + Int64(index) + 1)
                        try await store.commit(LaunchBatch(inserts: [launch], entries: [launch.openingEntry()]))
                    }
                }
                try await group.waitForAll()
            }
        }
        print("\(count) launches committed: \(perSecond(count, written)) launches/s")
        let read = try await clock.measure { _ = try await store.openLaunches() }
        print("openLaunches() of \(base + Int64(count)): \(read)")
    }

    private static func verify(_ path: String) async throws {
        let clock = ContinuousClock()
        let reader = try StoreReader(path: path)
        let start = clock.now
        let verification = try await reader.verify()
        let elapsed = clock.now - start
        print("\(verification.headSequence) records, sound: \(verification.isSound), \(elapsed)")
        if let fault = verification.fault { print("\(fault)") }
        for mismatch in verification.mismatches.prefix(3) { print("\(mismatch)") }
        print("\(perSecond(Int(verification.headSequence), elapsed)) records/s")
        await reader.close()
    }

    private static func export(_ path: String) async throws {
        let reader = try StoreReader(path: path)
        let clock = ContinuousClock()
        for format in LedgerExportFormat.allCases {
            let bytes = Mutex(0)
            let elapsed = try await clock.measure {
                _ = try await reader.export(as: format) { text in bytes.withLock { $0 += text.utf8.count } }
            }
            let megabytes = Double(bytes.withLock { $0 }) / 1_000_000
            print("\(format): \(Int(megabytes)) MB in \(elapsed), \(Int(megabytes / (elapsed / .seconds(1)))) MB/s")
        }
        await reader.close()
    }

    private static func write(_ store: SQLiteStore, callers: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for turn in 0... {
                        let receipt = try await store.record(delivery("\(getpid())-\(caller)-\(turn)"))
                        // One write call per line: what was printed before a kill is whole.
                        try FileHandle.standardOutput.write(contentsOf: Data("\(receipt.number)\n".utf8))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: Samples

    private static func delivery(_ id: String) -> Delivery {
        Delivery(
            receivedAt: Timestamp(milliseconds: 1_764_000_000_000), disposition: .accepted,
            eventType: "ms.vss-pipelines.job-state-changed-event", eventID: "4b5c8e5e-6b7f-4b55-9dd1-\(id)",
            subscriptionID: "9c1d4a50-6c2f-4a3e-8c07-0f6a4a1f0c11", notificationID: 4_711, account: "fabrikam",
            hint: JobHint(
                scope: .job, state: .waiting, projectID: "be9b3917-87e6-42a4-a549-2bc06a7a878f", runID: 4_177,
                jobID: id),
            bodyDigest: LedgerChain.genesis, bodyBytes: 2_348, source: "203.0.113.7")
    }

    private static func launch(_ request: Int64) -> Launch {
        let pool = PoolID(rawValue: 9)
        let id = LaunchID(
            organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: pool,
            request: JobRequestID(rawValue: request), ordinal: 1)
        return Launch(
            id: id, pool: pool, profile: "small", request: JobRequestID(rawValue: request), ordinal: 1,
            origin: JobOrigin(
                projectID: "be9b3917-87e6-42a4-a549-2bc06a7a878f", pipelineID: 12, pipelineName: "fabrikam-fiber",
                runID: 4_177, runName: "20261124.3", jobName: "Build"),
            reason: "job request \(request) waits and profile small has no free agent",
            createdAt: Timestamp(milliseconds: 1_764_000_000_000))
    }

    private static func perSecond(_ count: Int, _ elapsed: Duration) -> Int {
        Int(Double(count) / (elapsed / .seconds(1)))
    }
}
