public import NIOCore

extension TLSServerHandler {
    public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        let verdict =
            switch mode {
            case .all: machine.close()
            case .output: machine.closeOutput()
            case .input: machine.closeInput()
            }
        switch verdict {
        case .refuse(let error):
            promise?.fail(error)
        case .passOn:
            context.close(mode: mode, promise: promise)
        case .perform(let steps):
            keep(promise, for: mode)
            perform(steps)
        }
    }

    private func keep(_ promise: EventLoopPromise<Void>?, for mode: CloseMode) {
        guard let promise else { return }
        switch mode {
        case .input:
            // From here on no plaintext is delivered, which is all that there is to it.
            promise.succeed()
        case .output where machine.keepsInputWhenOutputCloses:
            closeOutputPromise = promise
        case .output, .all:
            if let closePromise { closePromise.futureResult.cascade(to: promise) } else { closePromise = promise }
        }
    }

    /// The channel is gone: a close has got what it wanted; a half-closure has not, since its close_notify is not out.
    func settleClosePromises() {
        closePromise?.succeed()
        closePromise = nil
        closeOutputPromise?.fail(ChannelError.ioOnClosedChannel)
        closeOutputPromise = nil
    }

    /// Performs what the machine has decided, in order.
    func perform(_ steps: [TLSConnectionMachine.Step]) {
        guard let context else { return }
        for step in steps {
            switch step {
            case .arm(let kind): arm(kind, context)
            case .disarm: disarm()
            case .sendBuffered:
                // When this fails, the failure's own steps take the place of the rest.
                guard sendBuffered(context) else { return }
            case .failUnflushed(let failure): pendingWrites.failUnflushed(failure.error)
            case .failAllWrites(let failure): pendingWrites.failAll(failure.error)
            case .sendCloseNotify:
                connection?.writeCloseNotify()
                sendLastBytes(context)
            case .sendAlert: sendLastBytes(context)
            case .closeTransportOutput: context.close(mode: .output, promise: take(&closeOutputPromise))
            case .closeChannel:
                if isFlushDue { flushTransport(context) }
                context.close(mode: .all, promise: take(&closePromise))
            case .announceHandshake: announceHandshake(context)
            case .announceInputClosed: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            case .announceUncleanShutdown:
                context.fireUserInboundEventTriggered(TLSUncleanShutdown(error: .endedWithoutCloseNotify))
            case .raise(let error): context.fireErrorCaught(error)
            }
        }
    }

    private func take(_ promise: inout EventLoopPromise<Void>?) -> EventLoopPromise<Void>? {
        defer { promise = nil }
        return promise
    }

    private func sendBuffered(_ context: ChannelHandlerContext) -> Bool {
        guard !pendingWrites.isEmpty else { return true }
        do {
            try encryptFlushed(context)
            flushTransport(context)
            return true
        } catch {
            perform(machine.failed(error, hasAlert: connection?.holdsOutput ?? false))
            return false
        }
    }

    private func sendLastBytes(_ context: ChannelHandlerContext) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { result in
            let succeeded = if case .success = result { true } else { false }
            self.perform(self.machine.lastBytesSent(succeeded))
        }
        context.write(wrapOutboundOut(connection?.takeOutput() ?? ByteBuffer()), promise: sent)
        flushTransport(context)
    }

    private func announceHandshake(_ context: ChannelHandlerContext) {
        guard let connection else { return }
        context.fireUserInboundEventTriggered(connection.handshakeDetails())
    }

    private func arm(_ kind: TLSConnectionMachine.Deadline, _ context: ChannelHandlerContext) {
        let configuration = tlsContext.configuration
        let amount =
            switch kind {
            case .handshake: configuration.handshakeTimeout
            case .outputClosed: configuration.outputClosedTimeout
            case .close: configuration.closeTimeout
            }
        disarm()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: amount) {
            self.perform(self.machine.deadlinePassed())
        }
    }

    private func disarm() {
        deadline?.cancel()
        deadline = nil
    }
}
