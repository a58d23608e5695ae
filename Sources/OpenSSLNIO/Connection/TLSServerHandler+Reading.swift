public import NIOCore

extension TLSServerHandler {
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        isInBurst = true
        switch machine.received() {
        case .discard:
            return
        case .hold:
            keep(bytes)
        case .decrypt:
            keep(bytes)
            decrypt(context)
        case .handshake:
            keep(bytes)
            continueHandshake(context)
        }
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        finishBurst(context)
    }

    public func read(context: ChannelHandlerContext) {
        switch machine.readWanted(holdsInput: connection?.holdsInput ?? false) {
        case .readTransport:
            context.read()
        case .decryptHeld:
            isInBurst = true
            decrypt(context)
            // With auto-read the channel asks again after each complete read of its own. This one it knows nothing of.
            if finishBurst(context) == .complete, readsAutomatically(context) { context.pipeline.syncOperations.read() }
        }
    }

    private func keep(_ bytes: ByteBuffer) {
        if let connection {
            connection.receive(bytes)
            return
        }
        do {
            let connection = try TLSConnection(context: tlsContext)
            connection.receive(bytes)
            self.connection = connection
        } catch {
            perform(machine.failed(error, hasAlert: false))
        }
    }

    private func continueHandshake(_ context: ChannelHandlerContext) {
        guard let connection else { return }
        switch connection.handshake() {
        case .wantsInput:
            break
        case .failed(let error):
            perform(machine.failed(error, hasAlert: connection.holdsOutput))
        case .completed:
            perform(machine.handshakeCompleted())
            // A client may send its first request together with the last message of the handshake.
            if connection.holdsInput, machine.received() == .decrypt { decrypt(context) }
        }
    }

    private func decrypt(_ context: ChannelHandlerContext) {
        guard let connection else { return }
        let (plaintext, outcome) = connection.read()
        if let plaintext {
            machine.delivered()
            context.fireChannelRead(wrapInboundOut(plaintext))
        }
        switch outcome {
        case .wantsInput:
            break
        case .closeNotify:
            completeDelivery(context)
            perform(machine.receivedCloseNotify(allowsHalfClosure: allowsHalfClosure(context)))
        case .failed(let error):
            completeDelivery(context)
            perform(machine.failed(error, hasAlert: connection.holdsOutput))
        }
    }

    /// Many handlers flush when a read is complete. That must come before the end of input, on which they close.
    private func completeDelivery(_ context: ChannelHandlerContext) {
        if machine.burstEnded() == .complete { context.fireChannelReadComplete() }
    }

    /// Nothing more will come in, so what is held is delivered though nobody has asked for it. It is no more than one read brought.
    func deliverHeld(_ context: ChannelHandlerContext) {
        guard let connection, machine.deliversPlaintext else { return }
        if connection.holdsInput { decrypt(context) }
        completeDelivery(context)
    }

    /// Sends what OpenSSL has said and what has been flushed meanwhile, all at once.
    @discardableResult
    func finishBurst(_ context: ChannelHandlerContext) -> TLSConnectionMachine.BurstEnd {
        sendProtocolOutput(context)
        let end = machine.burstEnded()
        if end == .complete { context.fireChannelReadComplete() }
        isInBurst = false
        if isFlushDue { flushTransport(context) }
        if end == .readTransport { context.read() }
        return end
    }

    private func sendProtocolOutput(_ context: ChannelHandlerContext) {
        guard let connection, connection.holdsUrgentOutput else { return }
        guard context.channel.isWritable else {
            // A peer that asks for renegotiation again and again without reading the refusals would fill the memory.
            perform(machine.failed(.notReading, hasAlert: false))
            return
        }
        guard let output = connection.takeOutput() else { return }
        context.write(wrapOutboundOut(output), promise: nil)
        flushTransport(context)
    }

    private func readsAutomatically(_ context: ChannelHandlerContext) -> Bool {
        (try? context.channel.syncOptions?.getOption(.autoRead)) ?? false
    }

    private func allowsHalfClosure(_ context: ChannelHandlerContext) -> Bool {
        (try? context.channel.syncOptions?.getOption(.allowRemoteHalfClosure)) ?? false
    }
}
