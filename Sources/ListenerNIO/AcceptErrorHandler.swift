public import NIOCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Keeps a listener alive when the system can't accept a connection for the moment.
///
/// Hummingbird's server ends with the first error of its listening socket. But "too many open files" passes, and a
/// connection that was reset before it was accepted says nothing at all about us. So these stop here. After one of the
/// former the listener pauses, since the waiting connection would be reported again at once, for ever.
public final class AcceptErrorHandler: ChannelInboundHandler {
    public typealias InboundIn = Channel

    private let onExhaustion: @Sendable (IOError) -> Void
    private let pause = TimeAmount.milliseconds(100)

    /// - Parameter onExhaustion: Called on the event loop each time that a resource of the system ran out: up to ten
    ///   times a second, so what it logs should be limited.
    public init(onExhaustion: @escaping @Sendable (IOError) -> Void) {
        self.onExhaustion = onExhaustion
    }

    /// Adds a handler to a listening channel. Does nothing if that is closed already: then the server ends by itself.
    public static func add(to channel: any Channel, onExhaustion: @escaping @Sendable (IOError) -> Void) async {
        let added = channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(
                AcceptErrorHandler(onExhaustion: onExhaustion), position: .first)
        }
        try? await added.get()
    }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        switch error.errnoCode {
        case ECONNABORTED:
            break
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            onExhaustion(error)
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
