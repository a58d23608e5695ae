internal import HummingbirdCore
internal import Logging
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
        guard let peer = admit(channel) else {
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

    /// Nil if there is no room for it.
    private func admit(_ channel: any Channel) -> Peer? {
        let address = channel.remoteAddress
        let now = services.time.now().milliseconds
        switch services.connections.open(channel, from: SourceKey(address), atMilliseconds: now) {
        case .admitted(let id, let hasEvicted):
            let peer = Peer(address, connection: id)
            if hasEvicted { noteEviction(for: peer) }
            return peer
        case .refused:
            services.statistics.update { $0.refusedConnections += 1 }
            services.warn(
                "Connection refused: too many are open. Look who holds them", ["source": "\(Peer(address).address)"])
            return nil
        }
    }

    private func noteEviction(for peer: Peer) {
        services.statistics.update { $0.evictedConnections += 1 }
        services.warn(
            "Too many connections are open: one that has shown no credentials was closed for a new one. Look who opens them",
            ["source": "\(peer.address)"])
    }
}
