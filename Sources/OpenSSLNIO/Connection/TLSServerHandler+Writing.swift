public import NIOCore

extension TLSServerHandler {
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        let verdict = machine.writeVerdict(
            wouldBufferBytes: pendingWrites.byteCount + bytes.readableBytes,
            limitBytes: tlsContext.configuration.bufferedWriteLimitBytes
        )
        switch verdict {
        case .refuse(let failure):
            promise?.fail(failure.error)
        case .buffer:
            pendingWrites.append(bytes, promise)
        case .accept:
            pendingWrites.append(bytes, promise)
            // Small writes wait for a flush, to share a record. More than a record would gain nothing by waiting.
            if pendingWrites.byteCount >= TLSConnection.recordLimitBytes {
                pendingWrites.markFlushed()
                encryptOrFail(context)
            }
        }
    }

    public func flush(context: ChannelHandlerContext) {
        switch machine.flushVerdict() {
        case .none:
            break
        case .mark:
            pendingWrites.markFlushed()
        case .encrypt:
            pendingWrites.markFlushed()
            guard encryptOrFail(context) else { return }
            if isInBurst { isFlushDue = true } else { flushTransport(context) }
        }
    }

    func flushTransport(_ context: ChannelHandlerContext) {
        isFlushDue = false
        context.flush()
    }

    @discardableResult
    private func encryptOrFail(_ context: ChannelHandlerContext) -> Bool {
        do {
            try encryptFlushed(context)
            return true
        } catch {
            perform(machine.failed(error, hasAlert: connection?.holdsOutput ?? false))
            return false
        }
    }

    /// Encrypts what is marked as flushed and writes it to the channel in one piece, without flushing.
    func encryptFlushed(_ context: ChannelHandlerContext) throws(OpenSSLError) {
        guard let connection, !pendingWrites.isEmpty else { return }
        var lead: EventLoopPromise<Void>?
        while let bytes = pendingWrites.takeFlushed(upTo: TLSConnection.recordLimitBytes, joining: &lead) {
            do {
                try connection.write(bytes)
            } catch {
                lead?.fail(error)
                throw error
            }
        }
        guard let output = connection.takeOutput() else {
            // Nothing but empty writes.
            lead?.succeed()
            return
        }
        context.write(wrapOutboundOut(output), promise: lead)
    }
}

extension TLSConnectionMachine.WriteFailure {
    var error: any Error {
        switch self {
        case .channelClosed: ChannelError.ioOnClosedChannel
        case .outputClosed: ChannelError.outputClosed
        case .tooMuchBuffered: OpenSSLError.tooMuchBeforeHandshake
        }
    }
}
