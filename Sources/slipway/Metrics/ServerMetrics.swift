internal import AWSClient
internal import AzureDevOps
internal import Foundation
internal import OpenSSLNIO
internal import PrometheusText
internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwayEngine
internal import SlipwayMetrics
internal import SlipwayReceiver
internal import SlipwaySQLite

/// What a server measures, and the text that tells it.
struct ServerMetrics: Sendable {
    let registry = PrometheusRegistry(SlipwayMetric.all)
    let launches: LaunchMetrics
    let bookings: BookingMetrics
    let calls: CallMetrics
    private let startedAt = Date()

    init(_ pools: [SlipwayConfiguration.Pool], time: any TimeSource) {
        let profiles = pools.map { ($0.name, $0.profiles.map(\.name)) }
        let byPool = Dictionary(profiles, uniquingKeysWith: { first, _ in first })
        launches = LaunchMetrics(profiles: byPool, factory: registry, time: time)
        bookings = BookingMetrics(profiles: byPool, factory: registry)
        calls = CallMetrics(factory: registry)
    }

    /// What is asked at each scrape.
    struct Sources: Sendable {
        let pools: [SlipwayConfiguration.Pool]
        let engine: Engine
        let receiver: Receiver
        let store: SQLiteStore
        let reader: StoreReader
        let storePath: String
        let tls: TLSServerContextStore
        let backends: Backends
        let checks: [ReadinessCheck]
        let tokenExpires: CalendarDay?
    }

    /// Counters in memory, one record of the ledger, the sizes of two files.
    func text(of sources: Sources) async -> String {
        var samples = launches.samples()
        samples += launches.samples(open: await sources.engine.openLaunches())
        samples += Self.warmSamples(await sources.engine.holds, sources.pools, at: sources.engine.now)
        samples += BookingMetrics.samples(await sources.engine.bookingsAtWork())
        samples += Self.samples(sources.receiver.statistics)
        samples += Self.samples(of: sources.engine, sources.pools)
        samples += await Self.samples(sources.store, sources.reader, path: sources.storePath)
        samples += Self.samples(of: sources.backends)
        samples += await Self.samples(sources.checks)
        if let certificate = sources.tls.current.certificates.first {
            samples.append(.init(SlipwayMetric.certificateExpiry, [], certificate.notAfter.timeIntervalSince1970))
        }
        if let day = sources.tokenExpires {
            samples.append(.init(SlipwayMetric.tokenExpiry, [], day.begin.timeIntervalSince1970))
        }
        samples.append(.init(SlipwayMetric.buildInfo, [SlipwayCommand.version], 1))
        samples.append(.init(SlipwayMetric.processStart, [], startedAt.timeIntervalSince1970))
        samples += ProcessFigures.now().samples
        samples.append(.init(SlipwayMetric.droppedSeries, [], registry.droppedSeries))
        return registry.text(adding: samples)
    }
}

// MARK: Reading

extension ServerMetrics {
    private static func samples(of engine: Engine, _ pools: [SlipwayConfiguration.Pool]) -> [MetricSample] {
        var samples: [MetricSample] = [.init(SlipwayMetric.unannouncedJobs, [], engine.unannouncedJobs)]
        for pool in pools {
            for profile in pool.profiles {
                for (index, placement) in profile.placements.enumerated() {
                    samples.append(
                        .init(
                            SlipwayMetric.rungOpen, [pool.name, profile.name, "\(index + 1)", placement.name],
                            engine.isLeftOut(placement) ? 1 : 0))
                }
            }
        }
        for (result, count) in engine.agentTaskMessages {
            samples.append(.init(SlipwayMetric.agentTaskMessages, [result], count))
        }
        if let parallelJobs = engine.parallelJobs {
            samples.append(.init(SlipwayMetric.parallelJobsLimit, [], parallelJobs.limit))
            samples.append(.init(SlipwayMetric.parallelJobsUsed, [], parallelJobs.used))
        }
        return samples
    }

    private static func warmSamples(
        _ holds: OperatorHolds, _ pools: [SlipwayConfiguration.Pool], at now: Timestamp
    ) -> [MetricSample] {
        pools.flatMap { pool in
            pool.profiles.map { profile in
                MetricSample(
                    SlipwayMetric.agentsWarm, [pool.name, profile.name],
                    holds.warmAgents(of: profile, in: pool.name, at: now))
            }
        }
    }

    private static func samples(_ store: SQLiteStore, _ reader: StoreReader, path: String) async -> [MetricSample] {
        let statistics = store.statistics
        var samples: [MetricSample] = [
            .init(SlipwayMetric.storeQueued, [], statistics.queued),
            .init(SlipwayMetric.storeTransactions, [], statistics.transactions),
        ]
        for (file, suffix) in [("database", ""), ("log", "-wal")] {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            guard let size = attributes?[.size] as? Int64 else { continue }
            samples.append(.init(SlipwayMetric.storeBytes, [file], size))
        }
        do throws(StoreError) {
            samples.append(.init(SlipwayMetric.ledgerRecords, [], try await reader.head().sequence))
            samples.append(.init(SlipwayMetric.storeReadable, [], 1))
        } catch {
            samples.append(.init(SlipwayMetric.storeReadable, [], 0))
        }
        return samples
    }

    private static func samples(of backends: Backends) -> [MetricSample] {
        var samples: [MetricSample] = []
        if let expiration = backends.aws.credentialsExpiration {
            samples.append(.init(SlipwayMetric.awsCredentialsExpiry, [], expiration.timeIntervalSince1970))
        }
        if let limit = backends.azure.rateLimit {
            if let total = limit.limit { samples.append(.init(SlipwayMetric.rateLimit, [], total)) }
            if let left = limit.remaining { samples.append(.init(SlipwayMetric.rateLimitRemaining, [], left)) }
        }
        return samples
    }

    /// Two checks may have one name: it fails if any of them does.
    private static func samples(_ checks: [ReadinessCheck]) async -> [MetricSample] {
        var failed: [[String]: Bool] = [:]
        for check in checks {
            let hasFailed = await check.problem() != nil
            failed[[check.name, check.isNote ? "note" : "problem"], default: false] |= hasFailed
        }
        return failed.map { .init(SlipwayMetric.checkFailed, $0.key, $0.value ? 1 : 0) }
    }
}

extension Bool {
    fileprivate static func |= (left: inout Bool, right: Bool) { left = left || right }
}
