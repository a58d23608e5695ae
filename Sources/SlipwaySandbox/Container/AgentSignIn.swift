import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A listener's access token: asked for with the agent's key, and asked for anew when its time is over.
actor AgentSignIn {
    /// What `.credentials` tells.
    struct Details: Sendable {
        let clientID: String
        let authorizationURL: String
        let endpoint: String
    }

    private let client: HTTPClient
    private let details: Details
    private let key: AgentKey
    private let clock: any SandboxClock
    private var current: (token: String, expiresAt: Date)?

    init(_ details: Details, _ key: AgentKey, client: HTTPClient, clock: any SandboxClock) {
        self.client = client
        self.details = details
        self.key = key
        self.clock = clock
    }

    /// Throws ``ScriptFailure`` when the service refuses the key.
    func token(as activity: ActivityID) async throws -> String {
        if let current, clock.now < current.expiresAt { return current.token }
        return try await signIn(as: activity)
    }

    /// Another token than `token`, which was refused.
    func token(insteadOf token: String, as activity: ActivityID) async throws -> String {
        // The agent's other flow may have asked meanwhile.
        if let current, current.token != token { return current.token }
        return try await signIn(as: activity)
    }

    private func signIn(as activity: ActivityID) async throws -> String {
        let now = clock.now
        let assertion = try key.assertion(clientID: details.clientID, audience: details.authorizationURL, now: now)
        var request = HTTPClientRequest(url: details.endpoint)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
            // It is the container that calls, not the program under test.
            "X-Sandbox-Activity": activity.wireValue,
        ]
        let type = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        request.body = .bytes(
            ByteBuffer(
                string: "grant_type=client_credentials&client_assertion_type=\(type)&client_assertion=\(assertion)"))
        let answer = try await client.execute(request, timeout: .seconds(30))
        guard answer.status == .ok, let body = try? await answer.body.collect(upTo: 64 * 1024),
            let signedIn = try? JSONBody.decode(SignedIn.self, from: body)
        else { throw ScriptFailure("the agent's key was refused: HTTP \(answer.status.code)") }
        current = (signedIn.accessToken, now.addingTimeInterval(signedIn.expiresIn))
        return signedIn.accessToken
    }

    private struct SignedIn: Decodable, Sendable {
        let accessToken: String
        let expiresIn: Double

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case expiresIn = "expires_in"
        }
    }
}
