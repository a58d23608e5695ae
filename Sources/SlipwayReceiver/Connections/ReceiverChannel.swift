internal import HummingbirdCore
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import OpenSSLNIO
internal import SlipwayCore

/// A connection of the public listener: gate, TLS, parser, exchanges.
///
/// Hummingbird's own HTTP/1 channel hands each request through two asynchronous sequences to a task of its own. That is
/// the right thing for handlers that do work, and costs more than all of ours: so this one stays on its event loop until
/// the store is called.
struct ReceiverChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let services: ListenerServices
    /// Nil for plain HTTP.
    let tls: TLSServerContextStore?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let peer = Peer(channel.remoteAddress)
        guard admit(peer, channel) else {
            // Not as a failed future: the server would take an error of its own from it.
            channel.close(promise: nil)
            return channel.eventLoop.makeSucceededFuture(Value(channel: channel))
        }
        return channel.eventLoop.makeCompletedFuture {
            let decoder = HTTPRequestDecoder(
                leftOverBytesStrategy: .dropBytes, limitConfiguration: services.limits.decoder)
            if let tls { try channel.pipeline.syncOperations.addHandler(tls.makeHandler()) }
            try channel.pipeline.syncOperations.addHandlers(
                // After a CONNECT or an upgrade the parser stops and takes nothing more: what then comes must not pile up.
                ByteToMessageHandler(decoder, maximumBufferSize: 64 * 1024),
                ConnectionHandler(
                    services: services, peer: peer, eventLoop: channel.eventLoop, awaitsHandshake: tls != nil))
            return Value(channel: channel)
        }
    }

    /// Returns when the connection is closed; closes it when the task is cancelled.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }

    private func admit(_ peer: Peer, _ channel: any Channel) -> Bool {
        let now = services.time.now().milliseconds
        guard services.gate.withLockedValue({ $0.open(from: peer.key, atMilliseconds: now) }) else {
            services.statistics.update { $0.refusedConnections += 1 }
            services.warn(
                "Connection refused: too many are open. Raise maximumConnections, or look who holds them",
                ["source": "\(peer.address)"])
            return false
        }
        let gate = services.gate
        channel.closeFuture.whenComplete { _ in gate.withLockedValue { $0.closed() } }
        return true
    }
}
