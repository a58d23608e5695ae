import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The way in: sign-in, routing, faults, error envelopes.
struct AzureDevOpsResponder: HTTPResponder {
    private let simulator: AzureDevOpsSimulator
    private let gate: FaultGate
    private let organization: String
    private let credentials: AzureDevOpsCredentials
    private let routes: RouteTable

    init(_ simulator: AzureDevOpsSimulator, configuration: SandboxConfiguration.AzureDevOps) {
        self.simulator = simulator
        gate = simulator.gate
        organization = configuration.organization.lowercased()
        credentials = AzureDevOpsCredentials(configuration)
        var routes = RouteTable()
        simulator.addPoolRoutes(to: &routes)
        simulator.addAgentRoutes(to: &routes)
        simulator.addSessionRoutes(to: &routes)
        simulator.addSignInRoute(to: &routes)
        simulator.addJobRequestRoutes(to: &routes)
        simulator.addBuildRoutes(to: &routes)
        simulator.addPlanRoutes(to: &routes)
        simulator.addHookRoutes(to: &routes)
        self.routes = routes
    }

    func respond(to request: Request, context: SandboxRequestContext) async throws -> Response {
        let path = request.uri.path.split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
        guard path.first?.lowercased() == organization,
            let (route, parameters) = routes.route(request.method, Array(path.dropFirst()))
        else {
            return .envelope(
                of: AzureDevOpsError(404, "VssResourceNotFoundException", "The resource is not known here."))
        }
        // A long poll watches the connection, which it can't when its body has been read.
        let hasBody = request.method == .post || request.method == .put || request.method == .patch
        let body = hasBody ? try await request.body.collect(upTo: JSONBody.maximumBytes) : ByteBuffer()
        let agentID = request.bearerToken.flatMap { token in
            simulator.world.perform { world, _ in world.agent(ofToken: token) }
        }
        let serverTask = JobToken.carried(by: request).flatMap { token in
            simulator.world.read { $0.serverTask(ofToken: token) }
        }
        let call = APICall(
            request, channel: context.channel, parameters: parameters, body: body, agentID: agentID,
            serverTask: serverTask)
        return try await gate.pass(
            route.operation, subject: request.head.path ?? "", request: request, channel: context.channel
        ) { _ in
            if let agentID {
                guard Self.listenerOperations.contains(route.operation) else {
                    return .envelope(of: .accessDenied(agentID))
                }
            } else if serverTask != nil {
                guard JobToken.operations.contains(route.operation) else { return .envelope(of: .jobAccessDenied) }
            } else if route.operation != .signInAgent, let refusal = credentials.refusal(of: request) {
                return refusal
            }
            do {
                return try await route.handler(call)
            } catch let error as AzureDevOpsError {
                return .envelope(of: error)
            }
        }
    }
}

extension AzureDevOpsResponder {
    /// What an agent's own token is good for: its role is to listen, not to manage pools.
    private static let listenerOperations: Set<SandboxOperation> = [
        .connectionData, .createSession, .deleteSession, .getMessage, .deleteMessage, .renewJobRequest, .postPlanEvent,
    ]
}

extension Request {
    fileprivate var bearerToken: String? {
        let parts = (headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
    }
}

/// Who may call.
struct AzureDevOpsCredentials: Sendable {
    private let tokens: Set<String>
    private let bearers: Set<String>
    private let organization: String

    init(_ configuration: SandboxConfiguration.AzureDevOps) {
        tokens = [configuration.token]
        bearers = Set(configuration.bearerTokens)
        organization = configuration.organization
    }

    /// `nil` for a valid caller.
    ///
    /// Without any credentials the service sends a browser to its sign-in page, unless told not to.
    func refusal(of request: Request) -> Response? {
        guard let header = request.headers[.authorization] else {
            let suppresses = request.headers[.constant("X-TFS-FedAuthRedirect")]?.lowercased() == "suppress"
            return suppresses ? Self.unauthorized : signInPage
        }
        return isValid(header) ? nil : Self.unauthorized
    }

    private func isValid(_ header: String) -> Bool {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return false }
        switch parts[0].lowercased() {
        case "basic":
            // Any user name goes with a token.
            guard let data = Data(base64Encoded: String(parts[1])), let text = String(data: data, encoding: .utf8),
                let colon = text.firstIndex(of: ":")
            else { return false }
            return tokens.contains(String(text[text.index(after: colon)...]))
        case "bearer":
            return bearers.contains(String(parts[1]))
        default:
            return false
        }
    }

    private static var unauthorized: Response {
        .envelope(of: .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"https://dev.azure.com/\""])
    }

    private var signInPage: Response {
        Response(
            status: .found,
            headers: [
                .location: "https://spsprodweu1.vssps.visualstudio.com/_signin?realm=dev.azure.com",
                .contentType: "text/html",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: "<html><head><title>Object moved</title></head></html>"))
        )
    }
}
