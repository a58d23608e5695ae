internal import NIOHTTP1

/// `/healthz`: 200 when hooks can be taken, 503 when not. Says no more, since anybody may ask.
struct HealthEndpoint: Endpoint {
    let methods: [HTTPMethod] = [.GET, .HEAD]
    let drain: DrainState
    let storeHealth: StoreHealth

    func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission {
        .accept(maximumBodyBytes: 0, maximumReadBytes: 0)
    }

    func respond(to request: PublicRequest) async -> Answer {
        guard drain.phase == .serving, await storeHealth.isFine() else { return Answer(.serviceUnavailable) }
        return Answer(.ok, "ok\n")
    }
}
