import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

@testable import SlipwaySandbox

/// Answers claims as Slipway does: it registers the agent with the key that it is shown. Without a code of its own in them,
/// they are refused.
final class ClaimServer: Sendable {
    private struct State {
        var moduli: [String] = []
        var answers: [Int] = []
        var usual = 200
        var body: String?
        /// By modulus: the same key gets the same answer.
        var granted: [String: JSONValue] = [:]
    }

    static let code = "1.c0de"
    private let azure: RawAzure
    private let name: String
    private let state = Mutex(State())

    init(_ azure: RawAzure, agent name: String) {
        self.azure = azure
        self.name = name
    }

    /// The keys that were shown, one for each claim.
    var moduli: [String] { state.withLock(\.moduli) }

    /// Answers these codes, one each, and then `usual`; with 200 this body, if one is given.
    func script(_ answers: [Int] = [], usual: Int = 200, body: String? = nil) {
        state.withLock { state in
            state.answers = answers
            state.usual = usual
            state.body = body
        }
    }

    /// Serves while `body` runs, which is given the claim's URL.
    func serve<Result: Sendable>(_ body: @Sendable (String) async throws -> Result) async throws -> Result {
        let port = OneShot<Int?>()
        let responder = CallbackResponder<SandboxRequestContext> { request, _ in try await self.answer(request) }
        let application = OrderlyApplication(
            responder, server: .http1(), name: "claims", listening: port,
            logger: Logger(label: "claims") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            guard let port = await port.value() else { throw SandboxError(.startFailed, "no claim server") }
            return try await body("http://127.0.0.1:\(port)/claims/\(name)")
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let claim = try JSONBody.decode(JSONValue.self, from: try await request.body.collect(upTo: 64 * 1024))
        guard request.headers[.authorization] == "Bearer \(Self.code)" else { return Response(status: .unauthorized) }
        let modulus = claim["publicKey"]?["modulus"]?.string ?? ""
        let (status, body) = state.withLock { state in
            state.moduli.append(modulus)
            return (state.answers.isEmpty ? state.usual : state.answers.removeFirst(), state.body)
        }
        guard status == 200 else {
            return Response(status: .init(code: status), headers: status == 307 ? [.location: "/elsewhere"] : [:])
        }
        if let body { return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: body))) }
        return .json(try await grant(modulus))
    }

    private func grant(_ modulus: String) async throws -> JSONValue {
        if let granted = state.withLock({ $0.granted[modulus] }) { return granted }
        let granted = try await register(modulus)
        state.withLock { $0.granted[modulus] = granted }
        return granted
    }

    private func register(_ modulus: String) async throws -> JSONValue {
        let agent = try await azure.call(
            .POST, "_apis/distributedtask/pools/44/agents",
            [
                "name": .string(name), "version": "4.272.0",
                "authorization": ["publicKey": ["exponent": "AQAB", "modulus": .string(modulus)]],
            ]
        ).json
        let url = agent["authorization"]?["authorizationUrl"] ?? .null
        return [
            "agent": [
                "agentId": agent["id"] ?? .null, "agentName": .string(name), "poolId": 44, "poolName": "ecs-linux",
                "serverUrl": .string(azure.base + "/"), "workFolder": "_work",
            ],
            "credentials": [
                "scheme": "OAuth",
                "data": [
                    "clientId": agent["authorization"]?["clientId"] ?? .null, "authorizationUrl": url,
                    "oauthEndpointUrl": url,
                ],
            ],
        ]
    }
}
