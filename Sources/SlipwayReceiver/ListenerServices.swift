internal import Logging
internal import NIOCore
internal import SlipwayCore

/// What all connections of the listener share.
final class ListenerServices: Sendable {
    let limits: ReceiverLimits
    let routes: Routes
    let connections: OpenConnections
    let statistics: StatisticsBox
    let time: any TimeSource
    let logger: Logger
    private let warnings = LogLimiter()
    private let executors: [ObjectIdentifier: LoopExecutor]

    init(
        limits: ReceiverLimits, routes: Routes, connections: OpenConnections, statistics: StatisticsBox,
        time: any TimeSource, logger: Logger, eventLoopGroup: any EventLoopGroup
    ) {
        self.limits = limits
        self.routes = routes
        self.connections = connections
        self.statistics = statistics
        self.time = time
        self.logger = logger
        executors = Dictionary(
            eventLoopGroup.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) },
            uniquingKeysWith: { first, _ in first })
    }

    func executor(for eventLoop: any EventLoop) -> LoopExecutor {
        executors[ObjectIdentifier(eventLoop)] ?? LoopExecutor(eventLoop)
    }

    /// Logs something that a stranger can cause, at a limited rate.
    func warn(_ message: Logger.Message, _ metadata: Logger.Metadata) {
        guard let suppressed = warnings.admit(atMilliseconds: time.now().milliseconds) else { return }
        var metadata = metadata
        if suppressed > 0 { metadata["suppressed"] = "\(suppressed)" }
        logger.warning(message, metadata: metadata)
    }
}
