internal import Foundation
internal import Logging
internal import NIOPosix
internal import OpenSSLNIO
internal import ServiceLifecycle
internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwayEngine
internal import SlipwayMetrics
internal import SlipwayReceiver
internal import SlipwaySQLite
internal import UnixSignals

/// The composition root: makes everything of the configuration, runs it, and returns after a graceful shutdown.
///
/// The order in the service group is the order of dependence: the last ones stop first, so that intake ends before the
/// engine does.
func runServer(
    _ configuration: SlipwayConfiguration, secrets: SlipwaySecrets, options: ServerOptions = ServerOptions(),
    logger: Logger
) async throws {
    let tls = try TLSServerContextStore(configuration: TLSServerConfiguration(configuration.receiver))
    if let problem = tls.certificateProblem(at: Date()) {
        logger.error("Azure DevOps will refuse the certificate", metadata: ["problem": "\(problem)"])
    }
    let lock = try await StoreLock.take(path: configuration.store.path, patience: lockPatience) { error in
        logger.notice("Waiting for the store", metadata: ["because": "\(error.message)"])
    }
    defer { lock.close() }
    OpenFiles.raiseLimit(logger)
    // One for all: each corrects itself at its own pace, so that two of them would differ while a set clock is caught up with.
    let time = SystemTime()
    let store = try SQLiteStore(path: configuration.store.path)
    let reader: StoreReader
    do {
        reader = try StoreReader(path: configuration.store.path)
    } catch {
        await store.close()
        throw error
    }
    do {
        let metrics = ServerMetrics(configuration.pools, time: time)
        let measured = MeasuredStore(store, factory: metrics.registry)
        try await Backends.with(
            configuration, secrets: secrets, environment: options.environment, calls: metrics.calls, logger: logger
        ) { backends in
            let budgets = try BudgetPolicy.configured(configuration.costs, usage: reader, client: backends.azure)
            let engine = backends.makeEngine(
                store: measured, isServer: true, time: time, observers: options.observers + [metrics.launches],
                poolObservers: [metrics.launches], bookingObservers: [metrics.bookings],
                closedLaunch: { try await reader.launch($0) },
                budgets: budgets, logger: logger)
            let receiver = try makeReceiver(
                configuration, secrets: secrets, tls: tls, store: measured,
                listener: HintFork(listeners: [metrics.launches, engine]), claims: engine, bookings: engine.bookings,
                options: options,
                time: time, logger: logger)
            let unpriced = UnpricedPlacements.problem(configuration, budgets.prices, at: time.now())
            if let unpriced {
                logger.warning(
                    "Budgets can't count all that is started",
                    metadata: ["problem": "\(unpriced)", "mend": "\(UnpricedPlacements.mend)"])
            }
            let checks = makeChecks(configuration, tls: tls, engine: engine, unpriced: unpriced)
            let sources = ServerMetrics.Sources(
                pools: configuration.pools, engine: engine, receiver: receiver, store: store, reader: reader,
                storePath: configuration.store.path, tls: tls, backends: backends, checks: checks,
                tokenExpires: configuration.azureDevOps.tokenExpires)
            let console = try Console(
                configuration: ConsoleConfiguration(configuration.console, secrets),
                sources: ConsoleSources(
                    reader: StoreConsoleReader(
                        store: reader, engine: engine, prices: budgets.prices,
                        priceBookPath: configuration.costs.priceBook, time: time), checks: checks,
                    metrics: { await metrics.text(of: sources) }, live: engine, operations: engine,
                    expiries: { Expiry.known(configuration, tls, backends) }, links: ConsoleLinks(configuration),
                    prices: budgets.prices),
                time: time,
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
                onListening: { address in
                    logger.info("The console listens", metadata: ["address": "\(address)"])
                    await options.onConsoleListening(address)
                })
            let reload = options.hangups.map { CertificateReload(tls: tls, hangups: $0, logger: logger) }
            let members: [(any Service)?] = [
                engine, ConsoleService(console: console, address: configuration.console), reload,
                CertificateWatch(tls: tls, logger: logger), receiver,
            ]
            var shape = ServiceGroupConfiguration(
                services: members.compactMap { $0 }.map { .init(service: $0) },
                gracefulShutdownSignals: options.handlesSignals ? [.sigterm, .sigint] : [], logger: logger)
            // What is still open then is cut; the next start goes on from the store.
            shape.maximumGracefulShutdownDuration = .seconds(25) + configuration.receiver.drain
            shape.maximumCancellationDuration = .seconds(5)
            let group = ServiceGroup(configuration: shape)
            try await run(group)
        }
        await reader.close()
        await store.close()
    } catch {
        await reader.close()
        await store.close()
        throw error
    }
}

/// A command, or the server that is being replaced, may hold the store for a moment.
private let lockPatience = Duration.seconds(10)

/// Runs a group until it ends. A cancellation shuts it down gracefully too, rather than cut what is under way.
private func run(_ group: ServiceGroup) async throws {
    let running = Task { try await group.run() }
    try await withTaskCancellationHandler {
        try await running.value
    } onCancel: {
        Task { await group.triggerGracefulShutdown() }
    }
}

/// The public listener.
private func makeReceiver(
    _ configuration: SlipwayConfiguration, secrets: SlipwaySecrets, tls: TLSServerContextStore,
    store: any LedgerStore, listener: any DeliveryListener, claims: any ClaimPort, bookings: (any BookingPort)?,
    options: ServerOptions, time: any TimeSource, logger: Logger
) throws -> Receiver {
    try Receiver(
        configuration: ReceiverConfiguration(configuration, secrets), store: store, listener: listener,
        claims: claims, bookings: bookings, time: time, tls: tls, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: logger,
        onListening: { address in
            logger.info("The receiver listens", metadata: ["address": "\(address)"])
            await options.onListening(address)
        })
}

/// What `/readyz` and the metrics tell, besides whether the store can be read.
private func makeChecks(
    _ configuration: SlipwayConfiguration, tls: TLSServerContextStore, engine: Engine, unpriced: String?
) -> [ReadinessCheck] {
    [.certificate(tls), .certificateEnd(tls), .tokenEnd(configuration.azureDevOps)]
        + configuration.pools.map { pool in
            ReadinessCheck(name: "pool \(pool.name)") { engine.problem(ofPool: pool.name) }
        } + [
            ReadinessCheck(name: ReadinessCheck.drainedName) { await engine.drainNote() },
            ReadinessCheck(name: "placeholders") {
                engine.poolWithoutPlaceholders.map { "those of pool \($0) have not been looked at yet" }
            },
            ReadinessCheck(name: "placeholders", isNote: true) { engine.placeholderNote },
            ReadinessCheck(name: "hooks", isNote: true) { engine.hookNote },
            ReadinessCheck(name: "unannounced jobs", isNote: true) {
                let count = engine.recentlyUnannouncedJobs
                return count == 0 ? nil : "\(count) jobs in the last hour were found by the sweep alone"
            },
            ReadinessCheck(name: "parallel jobs", isNote: true) { engine.parallelJobsNote },
            ReadinessCheck(name: "event queue", isNote: true) { engine.agentTaskEventNote },
            ReadinessCheck(name: "budgets", isNote: true) { unpriced.map { "\($0): \(UnpricedPlacements.mend)" } },
        ]
}

extension ConsoleConfiguration {
    fileprivate init(_ console: SlipwayConfiguration.Console, _ secrets: SlipwaySecrets) {
        self.init()
        host = console.host
        port = console.port
        token = secrets.consoleToken?.revealed
        tokens = zip(console.tokens, secrets.consoleTokens).map { token, secret in
            Token(name: token.name, scope: token.scope, token: secret.revealed)
        }
    }
}

extension TLSServerConfiguration {
    fileprivate init(_ receiver: SlipwayConfiguration.Receiver) {
        self.init(
            identity: TLSIdentity(certificateChainFile: receiver.certificate, privateKeyFile: receiver.privateKey))
    }
}

extension ReceiverConfiguration {
    init(_ configuration: SlipwayConfiguration, _ secrets: SlipwaySecrets) throws {
        self.init(credentials: try HookCredentials(configuration.hooks, secrets))
        host = configuration.receiver.host
        port = configuration.receiver.port
        unreadyMilliseconds = Int64(configuration.receiver.unreadyMilliseconds)
        refusingMilliseconds = Int64(configuration.receiver.refusingMilliseconds)
        if !secrets.serverTasks.isEmpty { serverTaskTokens = try ServerTaskTokens(secrets.serverTasks.map(\.revealed)) }
        claimSecrets = try ClaimOffer(configuration, secrets)?.secrets
    }
}
