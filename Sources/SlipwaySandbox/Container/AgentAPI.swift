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
    let url: String
    private let credential: Credential
    /// Real time for one request, beside a long poll.
    private let timeout: TimeAmount
    private let pollTimeout: TimeAmount

    /// With the organization's token.
    init(client: HTTPClient, url: String, token: String, pollTimeout: Duration) {
        self.init(
            client: client, url: url, credential: .organization(token), pollTimeout: pollTimeout)
    }

    /// With an agent's own.
    init(client: HTTPClient, url: String, signIn: AgentSignIn, pollTimeout: Duration) {
        self.init(client: client, url: url, credential: .agent(signIn), pollTimeout: pollTimeout)
    }

    private enum Credential: Sendable {
        case organization(String)
        case agent(AgentSignIn)
    }

    private init(client: HTTPClient, url: String, credential: Credential, pollTimeout: Duration) {
        self.client = client
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.credential = credential
        timeout = .seconds(30)
        self.pollTimeout = .seconds(30) + .milliseconds(Int64(pollTimeout.seconds * 1000))
    }

    /// Throws when there is no answer, when the agent can't sign in, or when cancelled.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, isPoll: Bool = false, as activity: ActivityID
    ) async throws -> Answer {
        switch credential {
        case .organization(let token):
            let authorization = "Basic " + Data("user:\(token)".utf8).base64EncodedString()
            return try await send(method, path, body, authorization, isPoll: isPoll, as: activity)
        case .agent(let signIn):
            let token = try await signIn.token(as: activity)
            let answer = try await send(method, path, body, "Bearer \(token)", isPoll: isPoll, as: activity)
            // As the agent does: its time may be over. Whether a registration is gone shows in the next answer.
            guard answer.status == 401, let other = try? await signIn.token(insteadOf: token, as: activity) else {
                try Task.checkCancellation()
                return answer
            }
            return try await send(method, path, body, "Bearer \(other)", isPoll: isPoll, as: activity)
        }
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue?, _ authorization: String, isPoll: Bool,
        as activity: ActivityID
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

/// A script ended at once, with this exit code and without cleanup.
struct EarlyExit: Error, Sendable {
    let code: Int
}
