import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

/// An answer as it came over the wire.
struct WireAnswer {
    let status: Int
    let headers: HTTPHeaders
    let text: String

    var json: JSONValue {
        (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .null
    }

    /// `__type` of an error of ECS.
    var code: String? { json["__type"]?.string }
    /// `typeKey` of an error of Azure DevOps.
    var typeKey: String? { json["typeKey"]?.string }
    var list: [JSONValue] { json["value"]?.array ?? [] }
}

extension HTTPClient {
    static func wire(_ request: HTTPClientRequest) async throws -> WireAnswer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 16 * 1024 * 1024)
        return WireAnswer(status: Int(response.status.code), headers: response.headers, text: String(buffer: body))
    }
}

/// Calls ECS by hand.
struct RawECS {
    var endpoint: String
    var signer: TestSigner
    var clock: any SandboxClock

    init(_ sandbox: Sandbox, _ endpoints: Sandbox.Endpoints) {
        endpoint = endpoints.ecs
        signer = TestSigner(
            accessKeyID: sandbox.configuration.ecs.accessKeyID, secret: sandbox.configuration.ecs.secretAccessKey
        )
        clock = sandbox.clock
    }

    func call(
        _ operation: String, _ input: JSONValue, skew: TimeInterval = 0, sentBody: String? = nil
    ) async throws -> WireAnswer {
        try await call(operation, text: String(buffer: JSONBody.encode(sorted: input)), skew: skew, sentBody: sentBody)
    }

    func call(
        _ operation: String, text body: String, skew: TimeInterval = 0, sentBody: String? = nil
    ) async throws -> WireAnswer {
        var request = HTTPClientRequest(url: endpoint + "/")
        request.method = .POST
        let headers = signer.headers(
            host: String(endpoint.dropFirst("http://".count)),
            target: "AmazonEC2ContainerServiceV20141113.\(operation)",
            body: body, date: Timestamp.amazon(clock.now.addingTimeInterval(skew))
        )
        request.headers = HTTPHeaders(headers)
        request.body = .bytes(ByteBuffer(string: sentBody ?? body))
        return try await HTTPClient.wire(request)
    }

    /// RunTask with what nearly every test needs.
    func runTask(_ members: [String: JSONValue] = [:], agent: String? = nil, url: String? = nil) async throws
        -> WireAnswer
    {
        try await call("RunTask", Self.runTaskInput(members, agent: agent, url: url))
    }

    static func runTaskInput(_ members: [String: JSONValue] = [:], agent: String? = nil, url: String? = nil)
        -> JSONValue
    {
        var input: [String: JSONValue] = [
            "cluster": "build-agents", "taskDefinition": "azp-agent", "launchType": "FARGATE",
            "networkConfiguration": ["awsvpcConfiguration": ["subnets": ["subnet-a"], "assignPublicIp": "DISABLED"]],
        ]
        if let agent, let url {
            let variables = ["AZP_URL": url, "AZP_POOL": "ecs-linux", "AZP_AGENT_NAME": agent]
            input["overrides"] = [
                "containerOverrides": [
                    [
                        "name": "agent",
                        "environment": .array(
                            variables.sorted { $0.key < $1.key }.map {
                                ["name": .string($0.key), "value": .string($0.value)]
                            }
                        ),
                    ]
                ]
            ]
        }
        return .object(input.merging(members) { _, new in new })
    }

    func describe(_ arn: String) async throws -> JSONValue {
        let answer = try await call(
            "DescribeTasks", ["cluster": "build-agents", "tasks": [.string(arn)], "include": ["TAGS"]]
        )
        return answer.json["tasks"]?.array?.first ?? .null
    }
}

extension WireAnswer {
    var taskARNs: [String] { (json["tasks"]?.array ?? []).compactMap { $0["taskArn"]?.string } }
}

/// Calls Azure DevOps by hand.
struct RawAzure {
    var base: String
    var token: String?
    /// An agent's own, in place of the organization's token.
    var bearer: String?
    private let sandbox: Sandbox?

    /// Without a credential.
    init(base: String) {
        self.base = base
        sandbox = nil
    }

    init(_ sandbox: Sandbox, _ endpoints: Sandbox.Endpoints) {
        self.sandbox = sandbox
        base = endpoints.azureDevOps
        token = sandbox.configuration.azureDevOps.token
    }

    func call(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, headers: HTTPHeaders = [:]
    ) async throws -> WireAnswer {
        var request = HTTPClientRequest(url: "\(base)/\(path)")
        request.method = method
        request.headers = headers
        if let bearer {
            request.headers.add(name: "Authorization", value: "Bearer \(bearer)")
        } else if let token {
            request.headers.add(name: "Authorization", value: "Basic " + Data(":\(token)".utf8).base64EncodedString())
        }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(JSONBody.encode(body))
        }
        return try await HTTPClient.wire(request)
    }

    func addAgent(_ name: String, capabilities: [String: String] = [:], pool: Int = 44) async throws -> Int {
        let answer = try await call(
            .POST, "_apis/distributedtask/pools/\(pool)/agents?api-version=7.1",
            [
                "name": .string(name), "version": "4.272.0", "osDescription": "Linux",
                "systemCapabilities": .object(capabilities.mapValues(JSONValue.string)),
                "authorization": .publicKey(of: try AgentKey.official.get()),
            ]
        )
        guard case .integer(let id)? = answer.json["id"] else { throw SandboxError(.unknownThing, answer.text) }
        return id
    }

    /// As an agent that ``addAgent(_:capabilities:pool:)`` added, with its own token.
    func signedIn(as agentID: Int) async throws -> RawAzure {
        let sandbox = try #require(sandbox)
        let clientID = try #require(sandbox.azureDevOps.world.read { $0.agents[agentID]?.clientID })
        let answer = try await signIn(try AgentKey.official.get(), clientID: clientID, now: sandbox.clock.now)
        var agent = self
        agent.bearer = try #require(answer.json["access_token"]?.string)
        return agent
    }

    func signIn(_ key: AgentKey, clientID: String, audience: String? = nil, now: Date) async throws -> WireAnswer {
        let url = "\(base)/_apis/oauth2/token"
        let assertion = try key.assertion(clientID: clientID, audience: audience ?? url, now: now)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = ["Content-Type": "application/x-www-form-urlencoded"]
        let type = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        request.body = .bytes(
            ByteBuffer(
                string: "grant_type=client_credentials&client_assertion_type=\(type)&client_assertion=\(assertion)"))
        return try await HTTPClient.wire(request)
    }

    func openSession(_ agentID: Int, pool: Int = 44) async throws -> String {
        let answer = try await signedIn(as: agentID).call(
            .POST, "_apis/distributedtask/pools/\(pool)/sessions",
            ["ownerName": "test", "agent": ["id": .integer(agentID)]]
        )
        guard let id = answer.json["sessionId"]?.string else { throw SandboxError(.unknownThing, answer.text) }
        return id
    }

    func waitingRequests(_ query: String = "completedRequestCount=0") async throws -> [JSONValue] {
        try await call(.GET, "_apis/distributedtask/pools/44/jobrequests?\(query)").list
    }
}

extension JSONValue {
    /// The member `authorization` of a registration.
    static func publicKey(of key: AgentKey) -> Self {
        ["publicKey": ["exponent": "AQAB", "modulus": .string(key.modulus.base64EncodedString())]]
    }

    var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

/// Where the fixtures lie.
func fixture(_ path: String) throws -> Data {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
    return try Data(contentsOf: folder.appendingPathComponent(path))
}
