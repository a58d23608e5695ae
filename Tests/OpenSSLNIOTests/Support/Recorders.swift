import NIOCore

@testable import OpenSSLNIO

/// Between the handler under test and the end of the pipeline: what the application would see.
final class ApplicationRecorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var received = ByteBuffer()
    var readCount = 0
    var readCompleteCount = 0
    var inputClosedCount = 0
    var handshakes: [TLSHandshakeCompleted] = []
    var uncleanShutdowns: [TLSUncleanShutdown] = []
    var errors: [OpenSSLError] = []
    var isInactive = false
    var onInputClosed: (() -> Void)?
    /// Runs for every piece of plaintext.
    var onRead: ((ChannelHandlerContext) -> Void)?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        readCount += 1
        received.writeImmutableBuffer(unwrapInboundIn(data))
        onRead?(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        readCompleteCount += 1
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandshakeCompleted: handshakes.append(event)
        case let event as TLSUncleanShutdown: uncleanShutdowns.append(event)
        case let event as ChannelEvent where event == .inputClosed:
            inputClosedCount += 1
            onInputClosed?()
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? OpenSSLError { errors.append(error) } else { context.fireErrorCaught(error) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isInactive = true
        context.fireChannelInactive()
    }
}

/// At the end of the pipeline: lets through as many reads as the test allows. An embedded channel always has auto-read.
final class ReadGate: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var isOpen = false
    var allowedCount = 0

    func read(context: ChannelHandlerContext) {
        guard isOpen || allowedCount > 0 else { return }
        if !isOpen { allowedCount -= 1 }
        context.read()
    }
}

/// Between the socket and the handler under test: what the transport would be told to do.
final class TransportRecorder: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var readCount = 0
    var flushCount = 0
    var outputCloseCount = 0
    var closeCount = 0
    /// While set, writes are kept from being sent, as by a peer that doesn't read.
    var isStalled = false
    var stalled: [EventLoopPromise<Void>] = []

    func read(context: ChannelHandlerContext) {
        readCount += 1
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isStalled else { return context.write(data, promise: promise) }
        context.write(data, promise: nil)
        if let promise { stalled.append(promise) }
    }

    func flush(context: ChannelHandlerContext) {
        flushCount += 1
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // An embedded channel has no half-closure: it would close as a whole.
        if mode == .output {
            outputCloseCount += 1
            promise?.succeed()
        } else {
            closeCount += 1
            for promise in stalled { promise.fail(ChannelError.ioOnClosedChannel) }
            stalled = []
            context.close(mode: mode, promise: promise)
        }
    }
}
