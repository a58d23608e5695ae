internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOHTTP1
internal import SlipwayCore

/// Who may call the paths of server tasks: asked before a byte of the body is read.
struct ServerTaskGuard: Sendable {
    let tokens: ServerTaskTokens
    let failures: NIOLockedValueBox<FailureLimiter>
    let drain: DrainState
    let statistics: StatisticsBox
    let time: any TimeSource
    let logger: Logger
    private let strangers = LogLimiter()

    init(
        tokens: ServerTaskTokens, failures: NIOLockedValueBox<FailureLimiter>, drain: DrainState,
        statistics: StatisticsBox, time: any TimeSource, logger: Logger
    ) {
        self.tokens = tokens
        self.failures = failures
        self.drain = drain
        self.statistics = statistics
        self.time = time
        self.logger = logger
    }

    /// A call is some two kilobytes.
    static let maximumBodyBytes = 32 * 1024

    func admit(_ head: HTTPRequestHead, from peer: Peer, takesBody: Bool) -> Admission {
        guard isKnown(head.headers) else { return refuse(peer) }
        if drain.phase >= .refusing { return .refuse(.serverTask(.stopping)) }
        guard takesBody else { return .accept(maximumBodyBytes: 0, maximumReadBytes: 0) }
        guard isJSON(head.headers) else {
            return .refuse(.serverTask(.unsupportedMediaType, "media_unknown", "The body must be application/json."))
        }
        return .accept(maximumBodyBytes: Self.maximumBodyBytes, maximumReadBytes: Self.maximumBodyBytes)
    }

    func count(_ code: String) { statistics.update { $0.serverTasks[code, default: 0] += 1 } }

    /// `Bearer TOKEN`, or the bare token, in the only field of that name.
    private func isKnown(_ headers: HTTPHeaders) -> Bool {
        let values = headers.filter { $0.name.isFieldName("authorization") }
        guard values.count == 1, let value = values.first?.value, value.utf8.count <= 512 else { return false }
        let parts = value.split(separator: " ", maxSplits: 1)
        if parts.count == 2, String(parts[0]).isFieldName("bearer") {
            return tokens.contains(String(parts[1].drop { $0 == " " }))
        }
        return tokens.contains(value)
    }

    private func isJSON(_ headers: HTTPHeaders) -> Bool {
        let values = headers.filter { $0.name.isFieldName("content-type") }
        guard values.count == 1, let value = values.first?.value else { return false }
        let type = value.prefix { $0 != ";" }.split(separator: " ").joined()
        return type.isFieldName("application/json")
    }

    private func refuse(_ peer: Peer) -> Admission {
        let now = time.now().milliseconds
        let isWithinLimit = failures.withLockedValue { $0.recordFailure(from: peer.key, atMilliseconds: now) }
        count("unauthorized")
        if isWithinLimit, let suppressed = strangers.admit(atMilliseconds: now) {
            logger.warning(
                "A server task's call was refused: its token is not ours. Compare the service connection with serverTasks.tokens",
                metadata: ["source": "\(peer.address)", "suppressed": "\(suppressed)"])
        }
        return .refuse(
            .serverTask(
                .unauthorized, "unauthorized", "The token of the service connection is not accepted.",
                challenge: #"Bearer realm="slipway server tasks""#), hangUp: !isWithinLimit)
    }
}
