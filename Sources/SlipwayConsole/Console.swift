public import Hummingbird
internal import HummingbirdCore
internal import ListenerNIO
public import Logging
public import NIOCore
public import ServiceLifecycle
public import SlipwayCore

/// The operator's listener: pages, an API and metrics that show what Slipway does, and through which it is operated.
public struct Console: Service {
    private let configuration: ConsoleConfiguration
    private let responder: RouterResponder<ConsoleContext>
    private let logger: Logger
    private let eventLoopGroup: any EventLoopGroup
    private let onListening: @Sendable (SocketAddress) async -> Void
    /// What can be asked for, for the test that holds it against the OpenAPI document.
    let routeNames: [RouteName]
    private let feed: ChangeFeed

    /// Opens nothing yet.
    /// - Parameters:
    ///   - sources: Where what is shown comes from, and who carries out what is ordered.
    ///   - onListening: Called once, with the bound address, when connections are accepted.
    /// - Throws: `tokenNeeded` for an address that can be reached from elsewhere without a token, `invalidToken`.
    public init(
        configuration: ConsoleConfiguration, sources: ConsoleSources, time: any TimeSource,
        eventLoopGroup: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void = { _ in }
    ) throws(ConsoleError) {
        self.configuration = configuration
        self.logger = logger
        self.eventLoopGroup = eventLoopGroup
        self.onListening = onListening
        let policy = try AccessPolicy(configuration)
        let pages = try Pages()
        feed = ChangeFeed(reader: sources.reader, configuration: configuration, time: time)
        let table = Self.routes(configuration, sources, pages, feed, time)
        routeNames = table.routes.map { RouteName(method: $0.method.rawValue, path: $0.path, query: $0.query) }
        let router = Router(context: ConsoleContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: EntityTagMiddleware())
        router.add(middleware: ErrorMiddleware(pages: pages, routes: table))
        router.add(middleware: AccessMiddleware(policy: policy, openPaths: Self.openPaths))
        table.add(to: router)
        responder = router.buildResponder()
    }

    /// Listens until a graceful shutdown or cancellation.
    public func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await feed.run() }
            try await application.run()
            group.cancelAll()
        }
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

    /// The style sheet and the script belong to the page that says that a token is needed.
    private static let openPaths: Set<String> = [
        HealthRoutes.livenessPath, AssetRoutes.style.path, AssetRoutes.script.path,
    ]

    private static func routes(
        _ configuration: ConsoleConfiguration, _ sources: ConsoleSources, _ pages: Pages, _ feed: ChangeFeed,
        _ time: any TimeSource
    ) -> RouteTable {
        let reader = sources.reader
        let store = ReadinessCheck(name: "store") {
            (try? await reader.openCounts()) == nil ? "it can't be read; the server's log says why" : nil
        }
        let readiness = Readiness(
            checks: [store] + sources.checks, timeout: .milliseconds(configuration.readinessTimeoutMilliseconds))
        let reading = Reading(reader: reader)
        let overview = OverviewReading(
            reading: reading, readiness: readiness, engine: sources.live, expiries: sources.expiries)
        let costs = CostsReading(reading: reading, overview: overview, time: time)
        let operateGuard = OperateGuard()
        let notes = DoneNotes(time: time)
        var routes = HealthRoutes(readiness: readiness).routes
        if let metrics = sources.metrics { routes += MetricsRoutes(text: metrics).routes }
        routes += APIRoutes(reading: reading, overview: overview, costs: costs, prices: sources.prices).routes
        routes += OperateRoutes(operations: sources.operations, operateGuard: operateGuard).routes
        routes +=
            PageRoutes(
                reading: reading, overview: overview, costs: costs, pages: pages,
                links: ServiceLinks(links: sources.links), operateGuard: operateGuard,
                canOperate: sources.operations != nil, notes: notes, prices: sources.prices, time: time
            ).routes
        routes +=
            OrderFormRoutes(operations: sources.operations, operateGuard: operateGuard, notes: notes).routes
        routes += AssetRoutes().routes + EventRoutes(feed: feed).routes
        return RouteTable(routes: routes)
    }
}

/// A route as a test names it.
struct RouteName: Hashable {
    var method: String
    var path: String
    var query: [String]
}
