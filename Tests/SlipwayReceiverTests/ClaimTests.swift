import Foundation
import Logging
import SlipwayCore
import SlipwayReceiver
import Synchronization
import Testing

@Suite("Claims of containers", .timeLimit(.minutes(1)))
struct ClaimTests {
    private static let secrets = ClaimSecrets([String(repeating: "s", count: 32)])!
    private static let launch = LaunchID(rawValue: "5eed00-12-4711-1")!
    private static let modulus = Data([0x80] + [UInt8](repeating: 7, count: 254) + [1]).base64EncodedString()
    private static let code = secrets.code(launch: launch, attempt: 2)

    private static func body(
        exponent: String = "AQAB", modulus: String = modulus, version: String = "4.272.0", system: String = "Debian 12"
    ) -> [UInt8] {
        let text = """
            {"publicKey":{"exponent":"\(exponent)","modulus":"\(modulus)"},"agentVersion":"\(version)",
            "osDescription":"\(system)"}
            """
        return Array(text.utf8)
    }

    private static func post(
        _ body: [UInt8] = body(), code: String? = code, path: String = "/claims/\(launch)", fields: [String] = []
    ) -> [UInt8] {
        Hook.post(body, authorization: code.map { "Bearer \($0)" }, path: path, fields: fields)
    }

    private func with(
        _ desk: Desk = Desk(), secrets: ClaimSecrets? = secrets, logger: Logger = RunningReceiver.quiet,
        _ body: (RunningReceiver, Desk) async throws -> Void
    ) async throws {
        try await RunningReceiver.with(claims: desk, logger: logger) {
            $0.claimSecrets = secrets
        } body: {
            try await body($0, desk)
        }
    }

    @Test("A valid claim is answered with what the agent's two files hold")
    func granted() async throws {
        try await with { server, desk in
            let response = try #require(try await server.exchange(Self.post()))
            #expect(response.status == 200)
            #expect(response.fields["content-type"] == "application/json")
            #expect(response.fields["cache-control"] == "no-store")
            let answer = try #require(
                try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: [String: Any]])
            #expect(answer["agent"]?["agentId"] as? Int == 4711)
            #expect(answer["agent"]?["agentName"] as? String == "slipway-\(Self.launch)")
            #expect(answer["agent"]?["poolId"] as? Int == 44)
            #expect(answer["agent"]?["serverUrl"] as? String == "https://dev.azure.com/fabrikam/")
            #expect(answer["agent"]?["workFolder"] as? String == "_work")
            #expect(answer["credentials"]?["scheme"] as? String == "OAuth")
            let data = answer["credentials"]?["data"] as? [String: String]
            #expect(data?["clientId"] == "client-1")
            #expect(data?["authorizationUrl"] == "https://auth.example.com/token")
            #expect(data?["oauthEndpointUrl"] == "https://auth.example.com/token")
            let claim = try #require(desk.claims.first)
            #expect(claim.launch == Self.launch && claim.attempt == 2 && claim.agentVersion == "4.272.0")
            #expect(Data(claim.key.modulus).base64EncodedString() == Self.modulus)
            #expect(server.receiver.statistics.claims == ["granted": 1])
        }
    }

    @Test(
        "Without a code of this launch nothing is asked, told or read",
        arguments: [nil, "", "2.00", "1.\(code.dropFirst(2))"])
    func unauthorized(code: String?) async throws {
        try await with { server, desk in
            let response = try #require(try await server.exchange(Self.post(code: code)))
            #expect(response.status == 401)
            #expect(response.body.isEmpty)
            #expect(response.fields["www-authenticate"]?.hasPrefix("Bearer") == true)
            #expect(desk.claims.isEmpty)
        }
    }

    @Test(
        "A code opens no other path",
        arguments: [
            "/claims/5eed00-12-4712-1", "/claims/", "/claims/\(launch)/", "/claims/../\(launch)",
            "/claims/%35eed00-12-4711-1",
            "/claims/\(launch)%00", "/claims/\(String(repeating: "a", count: 3_000))",
        ])
    func otherPath(path: String) async throws {
        try await with { server, desk in
            let response = try #require(try await server.exchange(Self.post(path: path)))
            #expect(response.status == 401)
            #expect(desk.claims.isEmpty)
        }
    }

    @Test("The hooks' password opens no claim, and a code no hook")
    func otherCredential() async throws {
        try await with { server, desk in
            let asHook = Hook.post(Self.body(), path: "/claims/\(Self.launch)")
            let status1 = try await server.exchange(asHook)?.status
            #expect(status1 == 401)
            let status2 = try await server.exchange(Self.post(path: "/hooks/azure-devops"))?.status
            #expect(status2 == 401)
            #expect(server.store.deliveries.isEmpty && desk.claims.isEmpty)
        }
    }

    @Test("Two Authorization fields are none")
    func twoFields() async throws {
        try await with { server, desk in
            let request = Self.post(fields: ["Authorization: Bearer \(Self.code)"])
            let status3 = try await server.exchange(request)?.status
            #expect(status3 == 401)
            #expect(desk.claims.isEmpty)
        }
    }

    @Test(
        "What is no claim is refused with what is wrong with it",
        arguments: [
            ([], "not a claim"), (Array("{".utf8), "not a claim"), (Array("[]".utf8), "not a claim"),
            (Array(String(repeating: "[", count: 8_000).utf8), "not a claim"),
            (Array(#"{"publicKey":{"exponent":"AQAB"}}"#.utf8), "not a claim"),
            (body(exponent: "Aw=="), "exponent"), (body(modulus: "AA=="), "modulus"),
            (body(modulus: "not base64!"), "modulus"),
            (body(modulus: Data([0x7f] + [UInt8](repeating: 7, count: 255)).base64EncodedString()), "modulus"),
            (body(modulus: Data([0x80] + [UInt8](repeating: 8, count: 255)).base64EncodedString()), "modulus"),
        ] as [([UInt8], String)])
    func malformed(body: [UInt8], told: String) async throws {
        try await with { server, desk in
            let response = try #require(try await server.exchange(Self.post(body)))
            #expect(response.status == 400)
            #expect(response.body.contains(told), "\(response.body)")
            #expect(desk.claims.isEmpty)
        }
    }

    @Test("A huge body is refused unread")
    func huge() async throws {
        try await with { server, desk in
            let response = try await server.exchange(Self.post([UInt8](repeating: 32, count: 1_000_000)))
            #expect(response?.status == 413)
            #expect(desk.claims.isEmpty)
        }
    }

    @Test("What a container says of itself is bounded and printable")
    func description() async throws {
        try await with { server, desk in
            let system = String(repeating: "x", count: 300) + "\\u001b[31m\\n"
            _ = try await server.exchange(Self.post(Self.body(version: "4.2<script>", system: system)))
            let claim = try #require(desk.claims.first)
            #expect(claim.agentVersion.isEmpty)
            #expect(claim.osDescription.count == 256)
            _ = try await server.exchange(Self.post(Self.body(system: "a\\u001b[31mb\\n")))
            #expect(desk.claims.last?.osDescription == "a[31mb")
        }
    }

    @Test("A refusal ends it, and says why", arguments: ClaimRefusal.allCases)
    func refused(refusal: ClaimRefusal) async throws {
        let lines = LogRecorder.Lines()
        try await with(Desk(answer: .refused(refusal)), logger: LogRecorder.logger(lines)) { server, _ in
            let response = try #require(try await server.exchange(Self.post()))
            #expect(response.status == 409)
            #expect(response.body == "refused: \(refusal.reason)\n")
            #expect(server.receiver.statistics.claims == [refusal.rawValue: 1])
        }
        #expect(lines.all.contains { $0.contains("Claim refused") })
        #expect(!lines.all.contains { $0.contains(Self.code.dropFirst(2)) })
    }

    @Test("What can't be done now is asked for again")
    func unavailable() async throws {
        try await with(Desk(answer: .unavailable("the store is unavailable"))) { server, _ in
            let response = try #require(try await server.exchange(Self.post()))
            #expect(response.status == 503)
            #expect(response.body == "the store is unavailable; ask again\n")
        }
    }

    @Test("While the server is not ready any more but takes hooks, it takes claims")
    func draining() async throws {
        try await with { server, desk in
            server.receiver.beginDraining()
            let status4 = try await server.exchange(Self.post())?.status
            #expect(status4 == 200, "as long as hooks are taken")
            #expect(desk.claims.count == 1)
        }
    }

    @Test("Where no claims are configured, nothing is there")
    func absent() async throws {
        try await with(secrets: nil) { server, desk in
            let status5 = try await server.exchange(Self.post())?.status
            #expect(status5 == 404)
            #expect(desk.claims.isEmpty)
        }
    }

    @Test("Other methods are refused")
    func method() async throws {
        try await with { server, _ in
            let head = Hook.head(
                "GET /claims/\(Self.launch) HTTP/1.1", authorization: "Bearer \(Self.code)", fields: [])
            let response = try #require(try await server.exchange(head))
            #expect(response.status == 405)
            #expect(response.fields["allow"] == "POST")
        }
    }
}

/// Answers claims as it is told to.
private final class Desk: ClaimPort {
    private let given: ClaimAnswer
    private let heard = Mutex<[AgentClaim]>([])

    init(answer: ClaimAnswer? = nil) {
        given =
            answer
            ?? .granted(
                AgentCredentials(
                    agent: AgentID(rawValue: 4711), agentName: "slipway-5eed00-12-4711-1", pool: PoolID(rawValue: 44),
                    poolName: "ecs-linux", serverURL: "https://dev.azure.com/fabrikam/", clientID: "client-1",
                    authorizationURL: "https://auth.example.com/token"))
    }

    var claims: [AgentClaim] { heard.withLock { $0 } }

    func answer(_ claim: AgentClaim) async -> ClaimAnswer {
        heard.withLock { $0.append(claim) }
        return given
    }
}
