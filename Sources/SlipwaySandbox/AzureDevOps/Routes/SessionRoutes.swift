import HTTPTypes
import Hummingbird
import NIOCore

extension AzureDevOpsSimulator {
    private static let pool = "_apis/distributedtask/pools/{pool}"

    /// What a listener calls.
    func addSessionRoutes(to routes: inout RouteTable) {
        routes.on(.post, Self.pool + "/sessions", .createSession) { [world] call in
            let poolID = try call.integer("pool")
            let body = try call.decode(SessionBody.self)
            return .json(
                try world.perform { world, now throws(AzureDevOpsError) in
                    try world.checkListener(body.agent.id, in: poolID, calledBy: call.agentID)
                    let session = try world.createSession(
                        agentID: body.agent.id, ownerName: body.ownerName ?? "", version: body.agent.version,
                        capabilities: body.systemCapabilities, poolID: poolID, now: now
                    )
                    return world.sessionJSON(session)
                }
            )
        }
        routes.on(.delete, Self.pool + "/sessions/{session}", .deleteSession) { [world] call in
            let id = try call.string("session")
            try world.perform { world, now throws(AzureDevOpsError) in
                try world.checkSession(id, calledBy: call.agentID)
                try world.deleteSession(id, now: now)
            }
            return Response(status: .ok)
        }
        routes.on(.get, Self.pool + "/messages", .getMessage) { call in
            try await self.message(call)
        }
        routes.on(.delete, Self.pool + "/messages/{message}", .deleteMessage) { [world] call in
            let id = try call.integer("message")
            let sessionID = call.query["sessionid"] ?? ""
            try world.perform { world, now throws(AzureDevOpsError) in
                try world.checkSession(sessionID, calledBy: call.agentID)
                try world.deleteMessage(id, sessionID: sessionID, now: now)
            }
            return Response(status: .ok)
        }
    }

    private func message(_ call: APICall) async throws -> Response {
        let sessionID = call.query["sessionid"] ?? ""
        let lastMessageID = try call.number(inQuery: "lastmessageid") ?? 0
        let activity = call.request.activity
        try world.perform { world, _ throws(AzureDevOpsError) in
            try world.checkSession(sessionID, calledBy: call.agentID)
        }
        // A listener that is killed closes its connection: the poll ends then, and its silence begins.
        let message = try await call.request.body.consumeWithInboundCloseHandler { _ in
            try await self.poll(sessionID, lastMessageID: lastMessageID, activity: activity)
        } onInboundClosed: { [pollers] in
            pollers.wake(sessionID)
        }
        // Watching the connection ends its use.
        let headers: HTTPFields = [.connection: "close"]
        guard let message else { return Response(status: .accepted, headers: headers) }
        return .json(message, headers: headers)
    }
}

private struct SessionBody: Decodable, Sendable {
    struct Agent: Decodable, Sendable {
        var id: Int
        var name: String?
        var version: String?
    }

    var ownerName: String?
    var agent: Agent
    var systemCapabilities: [String: String]?
}
