internal import HummingbirdCore
internal import ListenerNIO
internal import NIOConcurrencyHelpers
public import Logging
public import NIOCore
public import OpenSSLNIO
public import ServiceLifecycle
public import SlipwayCore

/// The public listener: takes deliveries of service hooks, records them and answers.
///
/// A delivery that was answered with 200 is on disk. The engine is told of it after that, as a hint.
public final class Receiver: Service {
    private let configuration: ReceiverConfiguration
    private let services: ListenerServices
    private let drain: DrainState
    private let tls: TLSServerContextStore?
    private let eventLoopGroup: any EventLoopGroup
    private let onListening: @Sendable (SocketAddress) async -> Void

    /// Opens nothing yet.
    /// - Parameters:
    ///   - store: Where deliveries go. Its readings tell `/healthz` whether it works.
    ///   - tls: Certificates for HTTPS. Nil speaks plain HTTP: for tests, and behind a proxy on this machine that ends TLS.
    ///     A connection keeps the certificate that was current when it began.
    ///   - listener: Told of each recorded delivery that means something.
    ///   - claims: Answers claims; without it, or without secrets in the configuration, nothing is at their path.
    ///   - bookings: Answers the calls of server tasks; without it, or without tokens in the configuration, nothing is at
    ///     their paths.
    ///   - eventLoopGroup: Connections are spread over its loops. It must outlive `run()`.
    ///   - onListening: Called once, with the bound address, when connections are accepted.
    /// - Throws: `invalidLimits`.
    public init(
        configuration: ReceiverConfiguration, store: any LedgerStore, listener: any DeliveryListener,
        claims: (any ClaimPort)? = nil, bookings: (any BookingPort)? = nil, time: any TimeSource,
        tls: TLSServerContextStore?,
        eventLoopGroup: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void = { _ in }
    ) throws(ReceiverError) {
        let limits = configuration.limits
        if let problem = limits.problem { throw ReceiverError(.invalidLimits, "receiver limits: \(problem)") }
        let connections = OpenConnections(
            maximumConnections: limits.maximumConnections, reservedConnections: limits.reservedConnections)
        let drain = DrainState()
        let statistics = StatisticsBox()
        let storeHealth = StoreHealth(store: store, time: time)
        let failures = NIOLockedValueBox(
            FailureLimiter(
                failures: limits.failuresPerSource, failuresPerMinute: limits.failuresPerSourcePerMinute,
                maximumSources: limits.maximumTrackedSources))
        let hooks = HookEndpoint(
            limits: limits, authenticator: HookAuthenticator(configuration.credentials), failures: failures,
            connections: connections, drain: drain, store: store, storeHealth: storeHealth, listener: listener,
            statistics: statistics, time: time, log: HookLog(logger: logger))
        var endpoints: [String: any Endpoint] = [
            ReceiverConfiguration.hookPath: hooks,
            ReceiverConfiguration.healthPath: HealthEndpoint(drain: drain, storeHealth: storeHealth),
        ]
        if let claims, let secrets = configuration.claimSecrets {
            endpoints[ClaimOffer.pathPrefix] = ClaimEndpoint(
                secrets: secrets, port: claims, failures: failures, drain: drain,
                statistics: statistics, time: time, log: ClaimLog(logger: logger))
        }
        if let bookings, let tokens = configuration.serverTaskTokens {
            let gatekeeper = ServerTaskGuard(
                tokens: tokens, failures: failures, drain: drain, statistics: statistics, time: time, logger: logger)
            endpoints.merge(Self.serverTasks(gatekeeper, bookings)) { $1 }
        }
        self.configuration = configuration
        self.drain = drain
        self.tls = tls
        self.eventLoopGroup = eventLoopGroup
        self.onListening = onListening
        services = ListenerServices(
            limits: limits, routes: Routes(endpoints), connections: connections, statistics: statistics, time: time,
            logger: logger,
            eventLoopGroup: eventLoopGroup)
    }

    /// Listens until a graceful shutdown: then `/healthz` says no, new hooks are answered with 503, the port is closed, and
    /// what is being recorded is recorded and answered. Cancelling the task closes all connections at once.
    /// - Throws: `cannotListen`.
    public func run() async throws {
        let server = makeServer()
        // Detached, or the server would see the graceful shutdown itself and close the port first of all.
        let serving = Task.detached { try await server.run() }
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await serving.value
                } onGracefulShutdown: {
                    Task { await self.shutDown(server) }
                }
            } onCancel: {
                serving.cancel()
            }
        } catch let error as IOError {
            throw cannotListen(error)
        } catch let error as SocketAddressError {
            throw cannotListen(error)
        } catch let error as SocketAddressError.UnknownHost {
            throw cannotListen(error)
        }
    }

    /// From now on `/healthz` answers 503, while hooks are still taken. A graceful shutdown does this by itself.
    public func beginDraining() {
        drain.advance(to: .unready)
    }

    /// What was counted so far. Callable from any thread.
    public var statistics: ReceiverStatistics {
        var statistics = services.statistics.current
        statistics.openConnections = services.connections.count
        return statistics
    }
}

extension Receiver {
    /// Whether the connection's URL ends with a slash is up to Azure DevOps: each path counts with two as well.
    private static func serverTasks(
        _ gatekeeper: ServerTaskGuard, _ bookings: any BookingPort
    ) -> [String: any Endpoint] {
        let kinds: [(String, ServerTaskForms.Kind)] = [
            ("/tasks/agent", .agent), ("/tasks/agent/cancel", .cancel), ("/tasks/gate", .gate),
        ]
        var endpoints: [String: any Endpoint] = [
            "/tasks/verify": VerifyEndpoint(gatekeeper: gatekeeper, port: bookings)
        ]
        for (path, kind) in kinds {
            endpoints[path] = BookingEndpoint(kind: kind, gatekeeper: gatekeeper, port: bookings)
        }
        return endpoints.reduce(into: endpoints) { $0["/" + $1.key] = $1.value }
    }

    private func makeServer() -> Server<ReceiverChannel> {
        let services = services
        let onListening = onListening
        return Server(
            childChannelSetup: ReceiverChannel(services: services, tls: tls),
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                backlog: services.limits.backlogConnections),
            onServerRunning: { channel in
                await AcceptErrorHandler.add(to: channel) { error in
                    services.warn(
                        "No connection could be accepted: raise the limit of open files, or the system's memory",
                        ["error": "\(error)"])
                }
                if let address = channel.localAddress { await onListening(address) }
            },
            eventLoopGroup: eventLoopGroup,
            logger: services.logger)
    }

    private func shutDown(_ server: Server<ReceiverChannel>) async {
        drain.advance(to: .unready)
        try? await services.time.sleep(milliseconds: configuration.unreadyMilliseconds)
        drain.advance(to: .refusing)
        try? await services.time.sleep(milliseconds: configuration.refusingMilliseconds)
        do {
            try await server.shutdownGracefully()
        } catch {
            services.logger.error("The public listener could not be closed", metadata: ["error": "\(error)"])
        }
    }

    private func cannotListen(_ error: any Error) -> ReceiverError {
        ReceiverError(
            .cannotListen,
            "the receiver can't listen on \(configuration.host) port \(configuration.port): choose a free port of 1024 or "
                + "above and an address of this machine",
            cause: "\(error)")
    }
}
