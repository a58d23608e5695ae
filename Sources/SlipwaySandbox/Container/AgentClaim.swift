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

                var details: AgentSignIn.Details {
                    AgentSignIn.Details(
                        clientID: clientId, authorizationURL: authorizationUrl,
                        endpoint: oauthEndpointUrl ?? authorizationUrl)
                }
            }

            var scheme: String
            var data: Details
        }

        var agent: Agent
        var credentials: Credentials
    }

    private static let refused = EarlyExit(code: EntryScript.ExitCode.claimRefused)
    private static let unanswered = EarlyExit(code: EntryScript.ExitCode.claimUnanswered)
    private static let unusable = EarlyExit(code: EntryScript.ExitCode.claimUnusable)

    private let client: HTTPClient
    private let clock: any SandboxClock
    private let url: String
    private let code: String
    private let version: String

    /// Throws ``EarlyExit`` where the container is told of half a claim, or of one of the wrong form.
    init(_ launch: ContainerLaunch, client: HTTPClient, clock: any SandboxClock, version: String) throws {
        guard let url = launch.environment["SLIPWAY_CLAIM_URL"], let code = launch.environment["SLIPWAY_CLAIM_CODE"],
            // Plain HTTP on loopback, as with SLIPWAY_ALLOW_HTTP.
            url.wholeMatch(of: /https:\/\/[^\]\[\s\/"\\@]+(\/[^\s"\\]*)?/) != nil
                || url.wholeMatch(of: /http:\/\/(127\.0\.0\.1|localhost)(:[0-9]{1,5})?(\/[^\s"\\]*)?/) != nil,
            code.wholeMatch(of: /[A-Za-z0-9._~+\/=\-]{1,512}/) != nil
        else { throw EarlyExit(code: EntryScript.ExitCode.settings) }
        self.client = client
        self.clock = clock
        self.url = url
        self.code =
            launch.behaviour == .claimsWithWrongCode ? String(code.dropLast()) + (code.last == "0" ? "1" : "0") : code
        self.version = version
    }

    private static let limit = Duration.seconds(120)
    private static let repeated: Set<UInt> = [408, 429, 502, 503, 504]
    private static let maximumAnswerBytes = 64 * 1024

    /// Asks with the same key until there is an answer, or two minutes are over.
    func send(_ key: AgentKey, as activity: ActivityID) async throws -> Grant {
        let end = clock.date(after: Self.limit)
        var pause = Duration.seconds(2)
        while true {
            if let grant = try await post(key, within: end.timeIntervalSince(clock.now)) { return grant }
            guard clock.date(after: pause) < end else { throw Self.unanswered }
            try await clock.sleep(for: pause, as: activity)
            pause = min(pause * 2, .seconds(15))
        }
    }

    /// One try; nil: worth another. Throws ``EarlyExit`` where none helps.
    private func post(_ key: AgentKey, within seconds: Double) async throws -> Grant? {
        let status: UInt
        let body: ByteBuffer
        do {
            // Real time, as curl's --max-time.
            let answer = try await client.execute(
                request(key), timeout: .milliseconds(Int64(min(30, max(1, seconds)) * 1000)))
            status = answer.status.code
            body = try await answer.body.collect(upTo: Self.maximumAnswerBytes)
        } catch is NIOTooManyBytesError {
            throw Self.unusable
        } catch {
            try Task.checkCancellation()
            // A certificate that isn't trusted now won't be in two seconds.
            if "\(error)".contains("CERTIFICATE_VERIFY_FAILED") { throw Self.unanswered }
            return nil
        }
        if Self.repeated.contains(status) { return nil }
        guard status == 200 else { throw Self.refused }
        guard let grant = try? JSONBody.decode(Grant.self, from: body), grant.credentials.scheme == "OAuth" else {
            throw Self.unusable
        }
        return grant
    }

    private func request(_ key: AgentKey) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = ["Authorization": "Bearer \(code)", "Content-Type": "application/json"]
        let body: JSONValue = [
            "publicKey": ["exponent": "AQAB", "modulus": .string(key.modulus.base64EncodedString())],
            "agentVersion": .string(version), "osDescription": "Linux 6.1.0 #1 SMP (sandbox)",
        ]
        request.body = .bytes(JSONBody.encode(body))
        return request
    }
}
