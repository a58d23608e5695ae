internal import Logging
internal import NIOCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Keeps the listener alive when the system can't accept a connection for the moment.
///
/// Hummingbird's server ends with the first error of its listening socket. But "too many open files" passes, and a
/// connection that was reset before it was accepted says nothing at all about us. So these stop here. After one of the
/// former the listener pauses, since the waiting connection would be reported again at once, for ever.
final class AcceptErrorHandler: ChannelInboundHandler {
    typealias InboundIn = Channel

    private let services: ListenerServices
    private let pause = TimeAmount.milliseconds(100)

    init(services: ListenerServices) {
        self.services = services
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case ECONNABORTED:
            break
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            services.warn(
                "No connection could be accepted. Raise the limit of open files, or lower maximumConnections",
                ["error": "\(error)"])
            pauseAccepting(context.channel)
        default:
            context.fireErrorCaught(error)
        }
    }

    private func pauseAccepting(_ channel: any Channel) {
        channel.setOption(.autoRead, value: false).whenSuccess { [pause] in
            channel.eventLoop.scheduleTask(in: pause) { channel.setOption(.autoRead, value: true) }
        }
    }
}
