/// One connection's exchanges, request by request: input in, action out. It reads no clock and touches no channel.
///
/// One request is worked on at a time. While it is being answered the driver holds all further input back, so the
/// answers of pipelined requests come in order.
struct ExchangeMachine {
    private enum State {
        /// Between requests, or before the first.
        case awaitingHead
        case readingBody(BodyProgress)
        /// The answer is known; the rest of the request is read so that the connection can be used again.
        case refusing(Answer, bytesLeft: Int, keepsAlive: Bool)
        /// An endpoint is at work on the request of that number.
        case answering(number: Int, then: Continuation)
        /// The last answer is sent and what still arrives is dropped: a connection that is closed over unread input is
        /// reset, and the caller would not get to read the answer.
        case lingering
        /// The last answer is on its way, and nothing is left unread: the driver closes when the answer is out. A peer
        /// that doesn't take it must not hold the connection.
        case finishing
        case closed
    }

    private struct BodyProgress {
        var bytesLeft: Int
        var keepsAlive: Bool
    }

    /// What follows an answer.
    enum Continuation: Hashable {
        case nextRequest
        case close
        /// Close for the other side, then wait for its end.
        case linger
    }

    /// What the driver tells.
    enum Input {
        case head(Admission, RequestFraming)
        /// A head that can't be understood or leads nowhere; `closes` if nobody knows where the next one begins.
        case refusedHead(Answer, RequestFraming?)
        case body(byteCount: Int)
        case end
        /// What arrived is not HTTP, or beyond the limits for heads.
        case unparsable(Answer)
        /// The other side sends no more.
        case inputEnded
    }

    /// What the driver does.
    enum Action: Hashable {
        case none
        /// Begin to collect a body; first send 100 if the caller waits for it.
        case collect(sendsContinue: Bool)
        case append
        /// Give the request of that number to its endpoint.
        case respond(number: Int, isComplete: Bool)
        case send(Answer, then: Continuation)
        case close
    }

    /// What a deadline is set for. Changes with each step that begins a new one.
    enum Wait: Hashable {
        /// Of the first request, and of the next one as long as no request has shown valid credentials.
        case head(request: Int)
        /// After a request with valid credentials: the connection may stay idle for long.
        case nextHead(request: Int)
        case body(request: Int)
        case answer(request: Int)
        case linger
        case nothing
    }

    private var state = State.awaitingHead
    /// Requests begun so far.
    private(set) var requests = 0
    private var isQuiescing = false
    private var isAuthenticated = false
    private let maximumRequests: Int?
    private let maximumRefusedBodyBytes: Int

    init(maximumRequests: Int?, maximumRefusedBodyBytes: Int) {
        self.maximumRequests = maximumRequests
        self.maximumRefusedBodyBytes = maximumRefusedBodyBytes
    }

    /// Whether the next input may be handled. If not, it is kept and nothing more is read from the connection.
    var takesInput: Bool { if case .answering = state { false } else { true } }

    var wait: Wait {
        switch state {
        case .awaitingHead: isAuthenticated ? .nextHead(request: requests) : .head(request: requests)
        case .readingBody, .refusing: .body(request: requests)
        case .answering: .answer(request: requests)
        case .lingering, .finishing: .linger
        case .closed: .nothing
        }
    }

    /// Only while `takesInput`.
    mutating func handle(_ input: Input) -> Action {
        switch state {
        case .awaitingHead: handleBetweenRequests(input)
        case .readingBody(let progress): handleInBody(input, progress)
        case .refusing(let answer, let bytesLeft, let keepsAlive): handleRefusing(input, answer, bytesLeft, keepsAlive)
        case .lingering: handleLingering(input)
        case .finishing, .closed: .none
        case .answering: preconditionFailure("input while a request is being answered: \(input)")
        }
    }

    /// The endpoint's answer to the request of that number. One that comes after its deadline is dropped.
    mutating func answered(_ number: Int, with answer: Answer) -> Action {
        guard case .answering(number, let then) = state else { return .none }
        return send(answer, then: then)
    }

    /// The deadline of `wait` has passed.
    mutating func expired() -> Action {
        switch state {
        // Nobody waits for an answer before its request is complete, and a new one may just be on its way: so no word.
        case .awaitingHead, .lingering, .finishing: return close()
        // 408 is one of the four codes that Azure DevOps sends again for.
        case .readingBody: return send(.tooSlow, then: .linger)
        case .refusing(let answer, _, _): return send(answer, then: .linger)
        case .answering: return send(.storeUnavailable, then: .close)
        case .closed: return .none
        }
    }

    /// A request has shown valid credentials.
    mutating func authenticated() {
        isAuthenticated = true
    }

    /// The server shuts down: the request at hand is the last.
    mutating func quiesce() -> Action {
        isQuiescing = true
        if case .awaitingHead = state { return close() }
        return .none
    }

    /// The connection is gone, whoever ended it.
    mutating func disconnected() {
        state = .closed
    }
}

extension ExchangeMachine {
    private mutating func handleBetweenRequests(_ input: Input) -> Action {
        switch input {
        case .head(.accept(_, let maximumReadBytes), let framing):
            return begin(framing, maximumReadBytes: maximumReadBytes)
        case .head(.refuse(let answer, let hangUp), let framing):
            return refuse(answer, framing, hangUp: hangUp)
        case .refusedHead(let answer, let framing):
            return refuse(answer, framing, hangUp: false)
        case .unparsable(let answer):
            requests += 1
            return send(answer, then: .linger)
        case .inputEnded:
            return close()
        case .body, .end:
            preconditionFailure("\(input) before a request's head")
        }
    }

    private mutating func begin(_ framing: RequestFraming, maximumReadBytes: Int) -> Action {
        requests += 1
        if let declared = framing.declaredBodyBytes, declared > maximumReadBytes { return overflow() }
        state = .readingBody(BodyProgress(bytesLeft: maximumReadBytes, keepsAlive: mayKeepAlive(framing)))
        return .collect(sendsContinue: framing.expectsContinue)
    }

    private mutating func refuse(_ answer: Answer, _ framing: RequestFraming?, hangUp: Bool) -> Action {
        requests += 1
        guard let framing, !hangUp, !framing.expectsContinue,
            framing.declaredBodyBytes ?? 0 <= maximumRefusedBodyBytes
        else { return send(answer, then: .linger) }
        state = .refusing(answer, bytesLeft: maximumRefusedBodyBytes, keepsAlive: mayKeepAlive(framing))
        return .none
    }

    private func mayKeepAlive(_ framing: RequestFraming) -> Bool {
        framing.keepsAlive && maximumRequests.map { requests < $0 } ?? true
    }

    private mutating func handleInBody(_ input: Input, _ progress: BodyProgress) -> Action {
        switch input {
        case .body(let byteCount):
            guard byteCount <= progress.bytesLeft else { return overflow() }
            state = .readingBody(
                BodyProgress(bytesLeft: progress.bytesLeft - byteCount, keepsAlive: progress.keepsAlive))
            return .append
        case .end:
            state = .answering(number: requests, then: progress.keepsAlive ? .nextRequest : .close)
            return .respond(number: requests, isComplete: true)
        case .unparsable(let answer):
            return send(answer, then: .linger)
        case .inputEnded:
            return close()
        case .head, .refusedHead:
            preconditionFailure("a request's head within another's body")
        }
    }

    /// The body is larger than anything that is read: its endpoint answers at once, and the rest is dropped.
    private mutating func overflow() -> Action {
        state = .answering(number: requests, then: .linger)
        return .respond(number: requests, isComplete: false)
    }

    private mutating func handleRefusing(
        _ input: Input, _ answer: Answer, _ bytesLeft: Int, _ keepsAlive: Bool
    ) -> Action {
        switch input {
        case .body(let byteCount):
            guard byteCount <= bytesLeft else { return send(answer, then: .linger) }
            state = .refusing(answer, bytesLeft: bytesLeft - byteCount, keepsAlive: keepsAlive)
            return .none
        case .end:
            return send(answer, then: keepsAlive ? .nextRequest : .close)
        case .unparsable(let answer):
            return send(answer, then: .linger)
        case .inputEnded:
            return close()
        case .head, .refusedHead:
            preconditionFailure("a request's head within another's body")
        }
    }

    private mutating func handleLingering(_ input: Input) -> Action {
        switch input {
        case .inputEnded: close()
        case .head, .refusedHead, .body, .end, .unparsable: .none
        }
    }

    private mutating func send(_ answer: Answer, then continuation: Continuation) -> Action {
        let continuation = isQuiescing && continuation == .nextRequest ? .close : continuation
        switch continuation {
        case .nextRequest: state = .awaitingHead
        case .close: state = .finishing
        case .linger: state = .lingering
        }
        return .send(answer, then: continuation)
    }

    private mutating func close() -> Action {
        state = .closed
        return .close
    }
}
