internal import NIOHTTP1
internal import SlipwayCore

/// `/tasks/verify`: what a service connection asks, to be verified and for its lists of pools and profiles.
struct VerifyEndpoint: Endpoint {
    let methods: [HTTPMethod] = [.GET]
    let gatekeeper: ServerTaskGuard
    let port: any BookingPort

    private struct Offer: Encodable {
        var service = "slipway"
        var `protocol` = 1
        var organization: String
        var pools: [String]
        var profiles: [String]
    }

    func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission {
        gatekeeper.admit(head, from: peer, takesBody: false)
    }

    func respond(to request: PublicRequest) async -> Answer {
        let offer = port.offer
        gatekeeper.count("verified")
        return Answer(
            .ok,
            Answer.json(
                Offer(organization: offer.organization, pools: offer.pools, profiles: offer.profiles)),
            format: .json)
    }
}
