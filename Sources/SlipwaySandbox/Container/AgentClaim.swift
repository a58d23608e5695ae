import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A container's claim of its agent's registration, as deploy/agent makes it.
struct AgentClaim: Sendable {
    /// What Slipway answers: the files `.agent` and `.credentials`.
    struct Grant: Decodable, Sendable {
        struct Agent: Decodable, Sendable {
            var agentId: Int
            var agentName: String
            var poolId: Int
            var serverUrl: String
        }

        struct Credentials: Decodable, Sendable {
            struct Details: Decodable, Sendable {
                var clientId: String
                var authorizationUrl: String
                var oauthEndpointUrl: String?
            }

            var scheme: String
            var data: Details
        }

        var agent: Agent
        var credentials: Credentials
    }

    /// The exit codes of the image's entry script.
    static let refused = StartScript.EarlyExit(code: 31)
    static let unanswered = StartScript.EarlyExit(code: 32)
    static let unusable = StartScript.EarlyExit(code: 33)

    private let client: HTTPClient
    private let clock: any SandboxClock
    private let url: String
    private let code: String
    private let version: String

    /// Nil where the agent task is told of no claim.
    init?(_ environment: [String: String], client: HTTPClient, clock: any SandboxClock, version: String) {
        guard let url = environment["SLIPWAY_CLAIM_URL"], let code = environment["SLIPWAY_CLAIM_CODE"] else {
            return nil
        }
        self.client = client
        self.clock = clock
        self.url = url
        self.code = code
        self.version = version
    }

    private static let limit = Duration.seconds(120)
    private static let repeated: Set<UInt> = [408, 429, 502, 503, 504]
    /// Real time for one try.
    private static let timeout = TimeAmount.seconds(30)

    /// Asks with the same key until there is an answer, or two minutes are over.
    func send(_ key: AgentKey, as activity: ActivityID) async throws -> Grant {
        let end = clock.date(after: Self.limit)
        var pause = Duration.seconds(2)
        while true {
            let answer = try? await post(key)
            try Task.checkCancellation()
            if let answer, answer.status.code == 200 {
                guard let body = try? await answer.body.collect(upTo: 64 * 1024),
                    let grant = try? JSONBody.decode(Grant.self, from: body), grant.credentials.scheme == "OAuth"
                else { throw Self.unusable }
                return grant
            }
            if let answer, !Self.repeated.contains(UInt(answer.status.code)) { throw Self.refused }
            guard clock.date(after: pause) < end else { throw Self.unanswered }
            try await clock.sleep(for: pause, as: activity)
            pause = min(pause * 2, .seconds(15))
        }
    }

    private func post(_ key: AgentKey) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = ["Authorization": "Bearer \(code)", "Content-Type": "application/json"]
        let body: JSONValue = [
            "publicKey": ["exponent": "AQAB", "modulus": .string(key.modulus.base64EncodedString())],
            "agentVersion": .string(version), "osDescription": "Linux 6.1.0 #1 SMP (sandbox)",
        ]
        request.body = .bytes(JSONBody.encode(body))
        return try await client.execute(request, timeout: Self.timeout)
    }
}
