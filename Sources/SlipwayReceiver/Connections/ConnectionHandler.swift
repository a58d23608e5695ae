internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import OpenSSLNIO
internal import SlipwayCore

/// Drives one connection: feeds the `ExchangeMachine` with what the parser reads, and does what it says.
///
/// It stands behind the parser in the pipeline and writes bytes itself. Bound to its event loop.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What has arrived and was not handled yet.
    private enum Arrival {
        case part(HTTPServerRequestPart)
        case unparsable(Answer)
        case inputEnded
    }

    private let services: ListenerServices
    private let peer: Peer
    private let executor: LoopExecutor
    private var machine: ExchangeMachine
    private var writer = AnswerWriter()
    private let deadline: ExchangeDeadline
    private var inbox = CircularBuffer<Arrival>()
    private var holdsRead = false
    /// Until the handshake is complete its own deadline holds, and none of ours.
    private var awaitsHandshake: Bool
    private var context: ChannelHandlerContext?

    // The request at hand
    private var endpoint: (any Endpoint)?
    private var head: HTTPRequestHead?
    private var body = BodyCollector(maximumKeptBytes: 0)
    private var answersWithoutBody = false
    /// Whether some request on this connection has shown valid credentials.
    private var isAuthenticated = false

    init(services: ListenerServices, peer: Peer, eventLoop: any EventLoop, awaitsHandshake: Bool) {
        self.services = services
        self.peer = peer
        self.awaitsHandshake = awaitsHandshake
        executor = services.executor(for: eventLoop)
        deadline = ExchangeDeadline(services.limits, eventLoop: eventLoop)
        machine = ExchangeMachine(
            maximumRequests: services.limits.maximumRequestsPerConnection,
            maximumRefusedBodyBytes: services.limits.maximumRefusedBodyBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline.onExpiry = { [weak self] in self?.expired() }
        if context.channel.isActive { updateDeadline() }
    }

    func channelActive(context: ChannelHandlerContext) {
        updateDeadline()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        machine.disconnected()
        inbox.removeAll()
        updateDeadline()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        machine.disconnected()
        updateDeadline()
        self.context = nil
    }
}

// MARK: - In

extension ConnectionHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(.part(unwrapInboundIn(data)), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            take(.inputEnded, context)
        case is TLSHandshakeCompleted:
            awaitsHandshake = false
            updateDeadline()
        case is ChannelShouldQuiesceEvent:
            perform(machine.quiesce(), context)
            updateDeadline()
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError {
            let answer =
                error == .headerOverflow
                ? Answer(.requestHeaderFieldsTooLarge) : Answer.malformed("malformed request: \(error)")
            return take(.unparsable(answer), context)
        }
        // The parser was told more after it had given up. That has been answered, and the connection has its deadline.
        if error is ByteToMessageDecoderError { return }
        if let error = error as? OpenSSLError { return tlsFailed(error) }
        // A reset connection, mostly. Nobody is left to be answered.
        services.logger.debug("Connection failed", metadata: ["source": "\(peer.address)", "error": "\(error)"])
        context.close(promise: nil)
    }

    /// The TLS handler closes the connection by itself.
    private func tlsFailed(_ error: OpenSSLError) {
        let metadata: Logger.Metadata = ["source": "\(peer.address)", "error": "\(error)"]
        guard awaitsHandshake else { return services.logger.debug("TLS connection failed", metadata: metadata) }
        services.statistics.update { $0.failedHandshakes += 1 }
        // Load balancers and port checks connect and leave all day long.
        if error.code == .peerLeftDuringHandshake {
            services.logger.debug("TLS handshake failed", metadata: metadata)
        } else {
            services.warn("TLS handshake failed", metadata)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        drainInbox(context)
        context.fireChannelWritabilityChanged()
    }

    /// Nothing more is read while a request is being answered, or while the peer doesn't read its answers: what it sends
    /// then waits in its own buffers.
    func read(context: ChannelHandlerContext) {
        if takesInput(context) { context.read() } else { holdsRead = true }
    }

    private func takesInput(_ context: ChannelHandlerContext) -> Bool {
        machine.takesInput && context.channel.isWritable
    }

    private func take(_ arrival: Arrival, _ context: ChannelHandlerContext) {
        if inbox.isEmpty, takesInput(context) { handle(arrival, context) } else { inbox.append(arrival) }
        updateDeadline()
    }

    private func drainInbox(_ context: ChannelHandlerContext) {
        while takesInput(context), let arrival = inbox.popFirst() { handle(arrival, context) }
        updateDeadline()
        if holdsRead, takesInput(context) {
            holdsRead = false
            context.read()
        }
    }

    private func handle(_ arrival: Arrival, _ context: ChannelHandlerContext) {
        switch arrival {
        case .part(.head(let head)):
            perform(machine.handle(input(for: head)), context)
        case .part(.body(var part)):
            let action = machine.handle(.body(byteCount: part.readableBytes))
            if action == .append { body.append(&part) } else { perform(action, context) }
        case .part(.end):
            perform(machine.handle(.end), context)
        case .unparsable(let answer):
            services.statistics.update { $0.malformedRequests += 1 }
            perform(machine.handle(.unparsable(answer)), context)
        case .inputEnded:
            perform(machine.handle(.inputEnded), context)
        }
    }

    /// Routes a request by its head.
    private func input(for head: HTTPRequestHead) -> ExchangeMachine.Input {
        answersWithoutBody = head.method == .HEAD
        var framing: RequestFraming?
        do throws(RefusedRequest) {
            let known = try RequestFraming(head)
            framing = known
            let endpoint = try services.routes.endpoint(for: head)
            let admission = endpoint.admit(head, from: peer)
            if !isAuthenticated, services.connections.isAuthenticated(peer) {
                isAuthenticated = true
                machine.authenticated()
            }
            if case .accept(let maximumBodyBytes, _) = admission {
                self.endpoint = endpoint
                deadline.answerTimeoutMilliseconds = endpoint.answerTimeoutMilliseconds
                self.head = head
                body = BodyCollector(maximumKeptBytes: maximumBodyBytes)
            }
            return .head(admission, known)
        } catch {
            if framing == nil { services.statistics.update { $0.malformedRequests += 1 } }
            return .refusedHead(error.answer, framing)
        }
    }
}

// MARK: - Out

extension ConnectionHandler {
    private func perform(_ action: ExchangeMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none, .append, .collect(sendsContinue: false):
            break
        case .collect(sendsContinue: true):
            var buffer = context.channel.allocator.buffer(capacity: 32)
            AnswerWriter.writeContinue(into: &buffer)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        case .respond(let number, let isComplete):
            respond(number, isComplete: isComplete, context)
        case .send(let answer, let continuation):
            send(answer, then: continuation, context)
        case .close:
            context.close(promise: nil)
        }
    }

    private func respond(_ number: Int, isComplete: Bool, _ context: ChannelHandlerContext) {
        guard let endpoint, let head else { preconditionFailure("request \(number) was admitted by no endpoint") }
        let request = PublicRequest(head: head, body: body.finish(isComplete: isComplete), peer: peer)
        body = BodyCollector(maximumKeptBytes: 0)
        let eventLoop = context.eventLoop
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        // A usual body is digested and decoded in microseconds, less than a change of thread costs. A large one would
        // hold up the other connections of this loop.
        let staysOnLoop = request.body.byteCount <= Self.maximumBodyBytesOnLoop
        Task(executorPreference: staysOnLoop ? executor : nil) {
            let answer = await endpoint.respond(to: request)
            if eventLoop.inEventLoop {
                handler.value.answered(number, with: answer)
            } else {
                eventLoop.execute { handler.value.answered(number, with: answer) }
            }
        }
    }

    private static let maximumBodyBytesOnLoop = 64 * 1024

    /// The connection may be gone by now, or the answer too late. What was recorded stays recorded.
    private func answered(_ number: Int, with answer: Answer) {
        guard let context else { return }
        perform(machine.answered(number, with: answer), context)
        drainInbox(context)
    }

    private func send(
        _ answer: Answer, then continuation: ExchangeMachine.Continuation, _ context: ChannelHandlerContext
    ) {
        endpoint = nil
        head = nil
        services.statistics.update { $0.count(answer.status.rawValue) }
        var buffer = context.channel.allocator.buffer(capacity: 256)
        writer.write(
            answer, closes: continuation != .nextRequest, omitsBody: answersWithoutBody, at: services.time.now(),
            into: &buffer)
        let message = wrapOutboundOut(buffer)
        switch continuation {
        case .nextRequest: context.writeAndFlush(message, promise: nil)
        case .close: closeAfter(message, .all, context)
        case .linger: closeAfter(message, .output, context)
        }
    }

    private func closeAfter(_ message: NIOAny, _ mode: CloseMode, _ context: ChannelHandlerContext) {
        let context = context.loopBound
        context.value.writeAndFlush(message).whenComplete { _ in context.value.close(mode: mode, promise: nil) }
    }

    private func updateDeadline() {
        if !awaitsHandshake { deadline.update(to: machine.wait) }
    }

    private func expired() {
        guard let context else { return }
        services.statistics.update { $0.timeouts += 1 }
        perform(machine.expired(), context)
        drainInbox(context)
    }
}

extension ChannelHandlerContext {
    fileprivate var loopBound: NIOLoopBound<ChannelHandlerContext> { NIOLoopBound(self, eventLoop: eventLoop) }
}
