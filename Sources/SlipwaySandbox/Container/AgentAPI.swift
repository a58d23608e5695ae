import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What the agent and its scripts ask Azure DevOps, over real HTTP.
struct AgentAPI: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: ByteBuffer

        var isSuccess: Bool { 200..<300 ~= status }

        func decode<Value: Decodable>(_ type: Value.Type) -> Value? {
            try? JSONBody.decode(type, from: body)
        }
    }

    struct NamedID: Decodable, Sendable {
        let id: Int
        let name: String
    }

    struct List<Element: Decodable & Sendable>: Decodable, Sendable {
        let value: [Element]
    }

    private static let maximumAnswerBytes = 4 * 1024 * 1024

    private let client: HTTPClient
    private let url: String
    private let authorization: String
    /// Real time for one request, beside a long poll.
    private let timeout: TimeAmount
    private let pollTimeout: TimeAmount

    /// With the organization's token.
    init(client: HTTPClient, url: String, token: String, pollTimeout: Duration) {
        self.init(
            client: client, url: url, authorization: "Basic " + Data("user:\(token)".utf8).base64EncodedString(),
            pollTimeout: pollTimeout)
    }

    /// With an agent's own.
    init(client: HTTPClient, url: String, bearer: String, pollTimeout: Duration) {
        self.init(client: client, url: url, authorization: "Bearer \(bearer)", pollTimeout: pollTimeout)
    }

    private init(client: HTTPClient, url: String, authorization: String, pollTimeout: Duration) {
        self.client = client
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.authorization = authorization
        timeout = .seconds(30)
        self.pollTimeout = .seconds(30) + .milliseconds(Int64(pollTimeout.seconds * 1000))
    }

    /// Throws when there is no answer, or when cancelled.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, isPoll: Bool = false, as activity: ActivityID
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(url)/\(path)\(path.contains("?") ? "&" : "?")api-version=7.1")
        request.method = method
        request.headers = [
            "Authorization": authorization, "Accept": "application/json", "X-TFS-FedAuthRedirect": "Suppress",
            "User-Agent": "VSTSAgentCore-linux-x64/4.272.0", "X-Sandbox-Activity": activity.wireValue,
        ]
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(JSONBody.encode(body))
        }
        let response = try await client.execute(request, timeout: isPoll ? pollTimeout : timeout)
        let answer = try await response.body.collect(upTo: Self.maximumAnswerBytes)
        return Answer(status: Int(response.status.code), body: answer)
    }

    func agent(named name: String, poolID: Int, as activity: ActivityID) async throws -> NamedID? {
        let query = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
        let answer = try await send(
            .GET, "_apis/distributedtask/pools/\(poolID)/agents?agentName=\(query)", as: activity)
        guard let list = answer.decode(List<NamedID>.self), answer.isSuccess else {
            throw ScriptFailure("the agents of the pool could not be listed: HTTP \(answer.status)")
        }
        return list.value.first
    }
}

/// A script gave up.
struct ScriptFailure: Error, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
