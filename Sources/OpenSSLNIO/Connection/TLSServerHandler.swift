public import NIOCore

/// The server's end of TLS as a channel handler: ciphertext on the socket's side, plaintext on the other.
///
/// Add it first to a child channel's pipeline, before the channel is active. It serves one connection and can't be taken off.
///
/// To the handlers further in it behaves like the socket:
/// - It fires ``TLSHandshakeCompleted`` once, before any plaintext. Writes before that wait, up to
///   ``TLSServerConfiguration/bufferedWriteLimitBytes``. `channelActive` comes when the TCP connection is there.
/// - It reads from the socket only when a `read` asks for data or the handshake needs some. Between write and flush it keeps less than one
///   record of plaintext; what exceeds that is encrypted at once, so that the channel's writability counts it.
/// - What is flushed while a read is being delivered goes to the socket when that read is complete. A TLS 1.3 session ticket goes with the first
///   answer.
/// - The peer's close_notify shows as `ChannelEvent.inputClosed`, once, when the channel option `allowRemoteHalfClosure` is set; without it the
///   connection is closed. The end of the stream without close_notify does the same after ``TLSUncleanShutdown``.
/// - `close(mode: .output)` sends close_notify and a FIN after the flushed writes. `close()` does that, waits for the peer's end of stream for at
///   most ``TLSServerConfiguration/closeTimeout`` and then closes. `close(mode: .input)` stops the delivery of plaintext.
/// - A failure comes as one `errorCaught` with an ``OpenSSLError``, after which the connection closes by itself. The peer is sent the alert first.
///
/// Bound to its channel's event loop and not Sendable: make it inside the child channel initializer.
public final class TLSServerHandler: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias InboundOut = ByteBuffer
    public typealias OutboundIn = ByteBuffer
    public typealias OutboundOut = ByteBuffer

    let tlsContext: TLSServerContext
    var machine = TLSConnectionMachine()
    /// Made when the first bytes come in, so that a silent peer costs little.
    var connection: TLSConnection?
    var pendingWrites = PendingWrites()
    var context: ChannelHandlerContext?
    var deadline: Scheduled<Void>?
    /// From the first `channelRead` of a read to its `channelReadComplete`. What is flushed meanwhile goes to the socket at the end, in one write.
    var isInBurst = false
    var isFlushDue = false
    var closePromise: EventLoopPromise<Void>?
    var closeOutputPromise: EventLoopPromise<Void>?

    /// Does nothing yet; no file is read and no memory of OpenSSL taken.
    public init(context: TLSServerContext) {
        self.tlsContext = context
    }

    public func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { activate(context) }
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        perform(machine.transportClosed(isWithinRecord: false).filter(\.isSilent))
        settleClosePromises()
        connection = nil
        self.context = nil
    }

    public func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        activate(context)
    }

    private func activate(_ context: ChannelHandlerContext) {
        perform(machine.activated())
        // Without auto-read nobody else asks for the handshake's bytes.
        finishBurst(context)
    }

    public func channelInactive(context: ChannelHandlerContext) {
        deliverHeld(context)
        perform(machine.transportClosed(isWithinRecord: connection?.isWithinRecord ?? false))
        settleClosePromises()
        context.fireChannelInactive()
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        // The end of the TCP stream. What the handlers further in hear, and when, is the machine's to say.
        deliverHeld(context)
        perform(machine.transportInputEnded(isWithinRecord: connection?.isWithinRecord ?? false))
    }
}

@available(*, unavailable)
extension TLSServerHandler: Sendable {}
