import NIOCore

// MARK: - Beginning

extension TLSConnectionMachine {
    /// The channel is active. May be told twice: a handler that is added to an active channel can still see `channelActive`.
    mutating func activated() -> [Step] {
        switch state {
        case .idle:
            state = .handshaking(closesOutput: false)
            return [.arm(.handshake)]
        case .handshaking, .open, .inputClosed, .outputClosed, .closing, .lingering, .closed:
            return []
        }
    }

    mutating func handshakeCompleted() -> [Step] {
        switch state {
        case .handshaking(closesOutput: false):
            state = .open
            return [.disarm, .sendBuffered, .announceHandshake]
        case .handshaking(closesOutput: true):
            state = .outputClosed(flushed: false)
            return [.arm(.outputClosed), .sendBuffered, .sendCloseNotify, .announceHandshake]
        case .idle, .open, .inputClosed, .outputClosed, .closing, .lingering, .closed:
            preconditionFailure("a handshake was completed in state \(state)")
        }
    }
}

// MARK: - Failing

extension TLSConnectionMachine {
    /// OpenSSL, or the handler on its own account, gives the connection up.
    mutating func failed(_ error: OpenSSLError, hasAlert: Bool) -> [Step] {
        switch state {
        case .idle, .handshaking, .open, .inputClosed, .outputClosed:
            guard hasAlert else {
                state = .closed
                return [.disarm, .failAllWrites(.channelClosed), .raise(error), .closeChannel]
            }
            state = .closing(inputEnded: false)
            return [.arm(.close), .sendAlert, .failAllWrites(.channelClosed), .raise(error)]
        case .closing, .lingering, .closed:
            return []
        }
    }

    /// The armed deadline has passed.
    mutating func deadlinePassed() -> [Step] {
        switch state {
        case .handshaking:
            state = .closed
            return [.failAllWrites(.channelClosed), .raise(.handshakeTimedOut), .closeChannel]
        case .outputClosed, .closing, .lingering:
            state = .closed
            return [.closeChannel]
        case .idle, .open, .inputClosed, .closed:
            return []
        }
    }
}

// MARK: - The peer's end of stream

extension TLSConnectionMachine {
    /// The peer's close_notify has been read. Without `allowsHalfClosure` it closes the connection, as the end of a plain TCP stream does.
    mutating func receivedCloseNotify(allowsHalfClosure: Bool) -> [Step] {
        switch state {
        case .open where allowsHalfClosure:
            state = .inputClosed(byPeer: true)
            return [.announceInputClosed]
        case .open:
            state = .closing(inputEnded: true)
            return [.arm(.close), .sendCloseNotify, .failUnflushed(.channelClosed)]
        case .outputClosed(let flushed):
            return bothEnded(flushed: flushed, announcing: [.announceInputClosed])
        case .closing:
            state = .closing(inputEnded: true)
            return []
        // The plaintext before it has been delivered first, and the user may have closed something meanwhile.
        case .inputClosed:
            state = .inputClosed(byPeer: true)
            return []
        case .lingering:
            state = .closed
            return [.disarm, .closeChannel]
        case .closed:
            return []
        case .idle, .handshaking:
            preconditionFailure("close_notify was read in state \(state)")
        }
    }

    /// The transport's input has ended while its output is open. All ciphertext has been read before this is told.
    mutating func transportInputEnded(isWithinRecord: Bool) -> [Step] {
        switch state {
        case .open:
            guard !isWithinRecord else {
                state = .closing(inputEnded: true)
                return [.arm(.close), .sendCloseNotify, .failUnflushed(.channelClosed), .raise(.truncated)]
            }
            state = .inputClosed(byPeer: true)
            return [.announceUncleanShutdown, .announceInputClosed]
        case .outputClosed(let flushed):
            return bothEnded(
                flushed: flushed, announcing: isWithinRecord ? [.raise(.truncated)] : [.announceInputClosed])
        case .handshaking:
            state = .closed
            return [.disarm, .failAllWrites(.channelClosed), .raise(.leftDuringHandshake), .closeChannel]
        case .inputClosed:
            state = .inputClosed(byPeer: true)
            return []
        case .closing:
            state = .closing(inputEnded: true)
            return []
        case .lingering:
            state = .closed
            return [.disarm, .closeChannel]
        case .idle, .closed:
            return []
        }
    }

    private mutating func bothEnded(flushed: Bool, announcing announcement: [Step]) -> [Step] {
        guard flushed else {
            state = .closing(inputEnded: true)
            return [.arm(.close)] + announcement
        }
        state = .closed
        return [.disarm] + announcement + [.closeChannel]
    }

    /// The channel is gone. All ciphertext has been read before this is told.
    mutating func transportClosed(isWithinRecord: Bool) -> [Step] {
        defer { state = .closed }
        let ending: [Step] = [.disarm, .failAllWrites(.channelClosed)]
        switch state {
        case .handshaking: return ending + [.raise(.leftDuringHandshake)]
        case .open: return ending + (isWithinRecord ? [.raise(.truncated)] : [.announceUncleanShutdown])
        case .outputClosed: return ending + (isWithinRecord ? [.raise(.truncated)] : [])
        case .idle, .inputClosed, .closing, .lingering, .closed: return ending
        }
    }
}

// MARK: - Closing

extension TLSConnectionMachine {
    enum CloseVerdict: Equatable {
        /// Keep the promise until the channel or the output is closed, and perform the steps.
        case perform([Step])
        case refuse(ChannelError)
        /// The connection is done with; only the channel can answer.
        case passOn
    }

    mutating func close() -> CloseVerdict {
        switch state {
        case .idle, .handshaking:
            state = .closed
            return .perform([.disarm, .failAllWrites(.channelClosed), .closeChannel])
        case .open, .inputClosed(byPeer: false):
            return .perform(startClosing(inputEnded: false))
        case .inputClosed(byPeer: true):
            return .perform(startClosing(inputEnded: true))
        case .outputClosed(flushed: true):
            state = .lingering
            return .perform([.arm(.close)])
        case .outputClosed(flushed: false):
            state = .closing(inputEnded: false)
            return .perform([.arm(.close)])
        case .closing, .lingering:
            return .perform([])
        case .closed:
            return .passOn
        }
    }

    mutating func closeOutput() -> CloseVerdict {
        switch state {
        case .idle:
            state = .closed
            return .perform([.failAllWrites(.channelClosed), .closeChannel])
        case .handshaking(closesOutput: false):
            state = .handshaking(closesOutput: true)
            return .perform([.failUnflushed(.outputClosed)])
        case .open:
            state = .outputClosed(flushed: false)
            return .perform([.arm(.outputClosed), .sendCloseNotify, .failUnflushed(.outputClosed)])
        case .inputClosed(let byPeer):
            return .perform(startClosing(inputEnded: byPeer))
        case .handshaking(closesOutput: true), .outputClosed:
            return .refuse(.outputClosed)
        case .closing, .lingering, .closed:
            return .refuse(.alreadyClosed)
        }
    }

    /// The user wants no more input. TLS has no way to tell the peer; what still comes is thrown away.
    mutating func closeInput() -> CloseVerdict {
        switch state {
        case .idle, .handshaking:
            // Without input there is no handshake.
            return close()
        case .open:
            state = .inputClosed(byPeer: false)
            return .perform([.announceInputClosed])
        case .outputClosed(let flushed):
            state = flushed ? .lingering : .closing(inputEnded: false)
            return .perform([.arm(.close), .announceInputClosed])
        case .inputClosed:
            return .refuse(.inputClosed)
        case .closing, .lingering, .closed:
            return .refuse(.alreadyClosed)
        }
    }

    private mutating func startClosing(inputEnded: Bool) -> [Step] {
        state = .closing(inputEnded: inputEnded)
        return [.arm(.close), .sendCloseNotify, .failUnflushed(.channelClosed)]
    }

    /// The last bytes have been handed to the transport's socket, or could not be.
    mutating func lastBytesSent(_ succeeded: Bool) -> [Step] {
        switch (state, succeeded) {
        case (.outputClosed(flushed: false), true):
            state = .outputClosed(flushed: true)
            return [.closeTransportOutput]
        case (.closing(inputEnded: false), true):
            state = .lingering
            return [.closeTransportOutput]
        case (.closing(inputEnded: true), true), (.closing, false), (.outputClosed(flushed: false), false):
            state = .closed
            return [.disarm, .closeChannel]
        case (.idle, _), (.handshaking, _), (.open, _), (.inputClosed, _), (.outputClosed(flushed: true), _),
            (.lingering, _),
            (.closed, _):
            return []
        }
    }
}
