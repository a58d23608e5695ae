/// Decides what a TLS server connection does next: an event goes in, what to do comes out. No I/O, no clock, no OpenSSL.
///
/// What happens for every read and write has an enumeration of its own. What happens once or twice per connection comes as a list of steps, to
/// be performed in order. Steps that call out to others (failed promises, announcements, errors) come after those that act, but for `closeChannel`,
/// since the callee may come back with another event before it returns.
struct TLSConnectionMachine {
    enum State: Hashable {
        /// The channel is not active yet.
        case idle
        /// Until the handshake is complete. Output may be closed by the user meanwhile: then close_notify follows the waiting writes.
        case handshaking(closesOutput: Bool)
        case open
        /// No plaintext comes in any more, the output is still open. `byPeer`: nothing will be sent by the peer, so that there is nothing to wait
        /// for when closing.
        case inputClosed(byPeer: Bool)
        /// Our close_notify is out, or, while not `flushed`, on its way. The input is still open.
        case outputClosed(flushed: Bool)
        /// The last bytes (close_notify or an alert) are on their way; whatever comes in is thrown away.
        case closing(inputEnded: Bool)
        /// The last bytes and a FIN are out. Waits for the peer's end of stream: to close a socket that has unread input resets the connection,
        /// and the reset can overtake the last bytes.
        case lingering
        case closed
    }

    enum Deadline: Hashable {
        case handshake
        case outputClosed
        case close
    }

    enum WriteFailure: Hashable {
        case channelClosed
        case outputClosed
        case tooMuchBuffered
    }

    enum Step: Equatable {
        /// Replaces the deadline that was armed before.
        case arm(Deadline)
        case disarm
        /// Encrypt and send the writes that were flushed before the handshake was complete.
        case sendBuffered
        /// Fail the writes that were not flushed. After the handshake these are all that wait.
        case failUnflushed(WriteFailure)
        case failAllWrites(WriteFailure)
        /// Send close_notify and report when it is out (`lastBytesSent`).
        case sendCloseNotify
        /// Send the alert that OpenSSL left and report when it is out (`lastBytesSent`).
        case sendAlert
        /// Close the transport's output: a FIN.
        case closeTransportOutput
        case closeChannel
        case announceHandshake
        case announceInputClosed
        case announceUncleanShutdown
        case raise(OpenSSLError)
    }

    /// Set by the events alone, which the other file of this type holds too.
    var state: State
    /// Whether someone waits for plaintext: a `read` that nothing has been delivered for.
    private(set) var isReadWanted: Bool
    /// Whether plaintext has been delivered in the present burst, whose rest belongs to the same `read`.
    private var hasDelivered = false

    init(state: State = .idle, isReadWanted: Bool = false) {
        self.state = state
        self.isReadWanted = isReadWanted
    }
}

// MARK: - Reading

extension TLSConnectionMachine {
    enum Receipt: Hashable {
        case handshake
        case decrypt
        /// Keep the ciphertext: nobody wants plaintext at the moment.
        case hold
        case discard
    }

    /// Ciphertext has arrived.
    func received() -> Receipt {
        switch state {
        case .idle: .hold
        case .handshaking: .handshake
        case .open, .outputClosed: isReadWanted || hasDelivered ? .decrypt : .hold
        case .inputClosed, .closing, .lingering, .closed: .discard
        }
    }

    /// Plaintext has been handed on.
    mutating func delivered() {
        hasDelivered = true
        isReadWanted = false
    }

    enum Demand: Hashable {
        case decryptHeld
        case readTransport
    }

    /// A handler further in asks for data.
    mutating func readWanted(holdsInput: Bool) -> Demand {
        isReadWanted = true
        switch state {
        case .open, .outputClosed: return holdsInput ? .decryptHeld : .readTransport
        case .idle, .handshaking, .inputClosed, .closing, .lingering, .closed: return .readTransport
        }
    }

    enum BurstEnd: Hashable {
        /// Tell the handlers further in that this read is complete.
        case complete
        /// Nothing came of it: read again.
        case readTransport
        case none
    }

    /// All that one read brought has been used.
    mutating func burstEnded() -> BurstEnd {
        if hasDelivered {
            hasDelivered = false
            return .complete
        }
        switch state {
        // The handshake goes on whether plaintext is wanted or not. What comes while closing is thrown away, so it may come.
        case .handshaking, .closing, .lingering: return .readTransport
        case .open, .outputClosed: return isReadWanted ? .readTransport : .none
        case .idle, .inputClosed, .closed: return .none
        }
    }
}

// MARK: - Writing

extension TLSConnectionMachine {
    enum WriteVerdict: Hashable {
        case accept
        /// Keep it until the handshake is complete.
        case buffer
        case refuse(WriteFailure)
    }

    func writeVerdict(wouldBufferBytes: Int, limitBytes: Int) -> WriteVerdict {
        switch state {
        case .idle, .handshaking(closesOutput: false):
            wouldBufferBytes <= limitBytes ? .buffer : .refuse(.tooMuchBuffered)
        case .open, .inputClosed: .accept
        case .handshaking(closesOutput: true), .outputClosed: .refuse(.outputClosed)
        case .closing, .lingering, .closed: .refuse(.channelClosed)
        }
    }

    enum FlushVerdict: Hashable {
        case encrypt
        /// Remember how far was flushed.
        case mark
        case none
    }

    func flushVerdict() -> FlushVerdict {
        switch state {
        case .idle, .handshaking(closesOutput: false): .mark
        case .open, .inputClosed: .encrypt
        case .handshaking(closesOutput: true), .outputClosed, .closing, .lingering, .closed: .none
        }
    }
}

// MARK: - Questions

extension TLSConnectionMachine {
    /// Whether plaintext may be handed on.
    var deliversPlaintext: Bool {
        switch state {
        case .open, .outputClosed: true
        case .idle, .handshaking, .inputClosed, .closing, .lingering, .closed: false
        }
    }

    /// Whether the closing of the output that was just decided leaves the input open.
    var keepsInputWhenOutputCloses: Bool {
        switch state {
        case .handshaking, .outputClosed: true
        case .idle, .open, .inputClosed, .closing, .lingering, .closed: false
        }
    }
}

extension TLSConnectionMachine.Step {
    /// Whether the step calls no other handler. When a handler leaves the pipeline, the others are not its to call any more.
    var isSilent: Bool {
        switch self {
        case .disarm, .failUnflushed, .failAllWrites: true
        case .arm, .sendBuffered, .sendCloseNotify, .sendAlert, .closeTransportOutput, .closeChannel,
            .announceHandshake,
            .announceInputClosed, .announceUncleanShutdown, .raise:
            false
        }
    }
}
