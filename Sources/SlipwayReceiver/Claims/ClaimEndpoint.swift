internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOHTTP1
internal import SlipwayCore

/// `/claims/{launch}`: gives a starting container what its agent signs in with, once (deploy/agent/README.md).
///
/// The container repeats a claim after 408, 429, 502, 503 and 504, with the same key, and gives up after anything else.
struct ClaimEndpoint: Endpoint {
    let methods: [HTTPMethod] = [.POST]
    let secrets: ClaimSecrets
    let port: any ClaimPort
    let failures: NIOLockedValueBox<FailureLimiter>
    let drain: DrainState
    let statistics: StatisticsBox
    let time: any TimeSource
    let log: ClaimLog

    /// A claim is some 500 bytes.
    static let maximumBodyBytes = 8 * 1024

    /// The code is checked before anything is read or looked up: who has none learns not even which launches there are. It
    /// makes no source a known one: codes don't expire, and what is reserved for hooks stays so.
    func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission {
        guard claimant(head) != nil else { return refuse(peer) }
        if drain.phase >= .refusing { return .refuse(.draining) }
        return .accept(maximumBodyBytes: Self.maximumBodyBytes, maximumReadBytes: Self.maximumBodyBytes)
    }

    /// Decode, ask, answer.
    func respond(to request: PublicRequest) async -> Answer {
        guard let (launch, attempt) = claimant(request.head) else { return .unauthorized(challenge: nil) }
        guard case .bytes(let bytes) = request.body.content, request.body.isComplete else {
            return counted(.tooLarge, "malformed")
        }
        let claim: AgentClaim
        do throws(ClaimBody.Problem) {
            claim = try ClaimBody(bytes).claim(of: launch, attempt: attempt, from: request.peer.address)
        } catch {
            return counted(.malformed(error.text), "malformed")
        }
        switch await port.answer(claim) {
        case .granted(let credentials):
            log.granted(claim)
            return counted(Answer(.ok, ClaimGrant(credentials).text, format: .json), "granted")
        case .refused(let refusal):
            log.refused(refusal, claim, request.peer, atMilliseconds: time.now().milliseconds)
            return counted(Answer(.conflict, "refused: \(refusal.reason)\n"), refusal.rawValue)
        case .unavailable(let why):
            return counted(Answer(.serviceUnavailable, "\(why); ask again\n"), "unavailable")
        }
    }

    /// Whom a valid code was made for.
    private func claimant(_ head: HTTPRequestHead) -> (launch: LaunchID, attempt: Int)? {
        let path = head.uri.prefix { $0 != "?" }
        guard path.hasPrefix(ClaimOffer.pathPrefix),
            let launch = LaunchID(rawValue: String(path.dropFirst(ClaimOffer.pathPrefix.count))),
            let code = bearerToken(head.headers), let attempt = secrets.attempt(of: code, launch: launch)
        else { return nil }
        return (launch, attempt)
    }

    /// What follows `Bearer` in the only field of that name.
    private func bearerToken(_ headers: HTTPHeaders) -> String? {
        let values = headers.filter { $0.name.isFieldName("authorization") }
        guard values.count == 1, let value = values.first?.value, value.utf8.count <= 256 else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, String(parts[0]).isFieldName("bearer") else { return nil }
        return String(parts[1])
    }

    private func refuse(_ peer: Peer) -> Admission {
        let now = time.now().milliseconds
        let isWithinLimit = failures.withLockedValue { $0.recordFailure(from: peer.key, atMilliseconds: now) }
        statistics.update { $0.claims["unauthorized", default: 0] += 1 }
        if isWithinLimit { log.unauthorized(peer, atMilliseconds: now) }
        return .refuse(.unauthorized(challenge: #"Bearer realm="slipway claims""#), hangUp: !isWithinLimit)
    }

    private func counted(_ answer: Answer, _ outcome: String) -> Answer {
        statistics.update { $0.claims[outcome, default: 0] += 1 }
        return answer
    }
}
