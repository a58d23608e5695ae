public import Hummingbird
internal import HummingbirdCore
internal import ListenerNIO
public import Logging
public import NIOCore
public import ServiceLifecycle
public import SlipwayCore

/// The operator's listener: pages, an API and metrics that show what Slipway does. Nothing can be changed through it.
public struct Console: Service {
    private let configuration: ConsoleConfiguration
    private let responder: RouterResponder<BasicRequestContext>
    private let logger: Logger
    private let eventLoopGroup: any EventLoopGroup
    private let onListening: @Sendable (SocketAddress) async -> Void

    /// Opens nothing yet.
    /// - Parameters:
    ///   - checks: What `/readyz` and the first page tell, besides whether the store can be read, which is always told.
    ///   - metrics: The text of `/metrics`, in Prometheus' format; nil: nothing is there.
    ///   - onListening: Called once, with the bound address, when connections are accepted.
    /// - Throws: `tokenNeeded` for an address that can be reached from elsewhere without a token, `invalidToken`.
    public init(
        configuration: ConsoleConfiguration, reader: any ConsoleReader, checks: [ReadinessCheck] = [],
        metrics: (@Sendable () async -> String)? = nil, time: any TimeSource, eventLoopGroup: any EventLoopGroup,
        logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void = { _ in }
    ) throws(ConsoleError) {
        if configuration.token == nil, !LoopbackHost.isLoopback(configuration.host) {
            throw ConsoleError(
                .tokenNeeded,
                "the console would be open to everybody who reaches \(configuration.host): set console.token, or "
                    + "console.host to 127.0.0.1")
        }
        var token: AccessToken?
        if let text = configuration.token { token = try AccessToken(text) }
        self.configuration = configuration
        self.logger = logger
        self.eventLoopGroup = eventLoopGroup
        self.onListening = onListening
        let router = Self.makeRouter(
            reader, checks, token, Duration.milliseconds(configuration.readinessTimeoutMilliseconds), time,
            try Pages(), metrics)
        responder = router.buildResponder()
    }

    /// Listens until a graceful shutdown or cancellation.
    public func run() async throws {
        try await application.run()
    }

    /// The same as an application, for tests that need no port.
    public var application: some ApplicationProtocol {
        let onListening = onListening
        let logger = logger
        return Application(
            responder: responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .milliseconds(configuration.idleTimeoutMilliseconds))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: logger)),
            onServerRunning: { channel in
                await AcceptErrorHandler.add(to: channel) { error in
                    logger.warning(
                        "The console could not accept a connection: raise the limit of open files",
                        metadata: ["error": "\(error)"])
                }
                if let address = channel.localAddress { await onListening(address) }
            },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger)
    }

    private static func makeRouter(
        _ reader: any ConsoleReader, _ checks: [ReadinessCheck], _ token: AccessToken?, _ timeout: Duration,
        _ time: any TimeSource, _ pages: Pages, _ metrics: (@Sendable () async -> String)?
    ) -> Router<BasicRequestContext> {
        let store = ReadinessCheck(name: "store") {
            (try? await reader.openCounts()) == nil ? "it can't be read; the server's log says why" : nil
        }
        let readiness = Readiness(checks: [store] + checks, timeout: timeout)
        let reading = Reading(reader: reader)
        let router = Router()
        router.add(middleware: SecurityHeadersMiddleware(styleHash: Stylesheet.contentSecurityPolicyHash))
        router.add(middleware: ErrorMiddleware(pages: pages))
        router.add(middleware: AccessMiddleware(token: token, openPaths: [HealthRoutes.livenessPath]))
        HealthRoutes(readiness: readiness).add(to: router)
        if let metrics { MetricsRoutes(text: metrics).add(to: router) }
        APIRoutes(reading: reading).add(to: router)
        PageRoutes(reading: reading, readiness: readiness, pages: pages, time: time).add(to: router)
        return router
    }
}
