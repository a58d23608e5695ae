import Foundation
import SlipwayCore
import SlipwayReceiver
import Synchronization
import Testing

private let token = "pipeline-token-0123456789"
private let plan = """
    "plan":{"PlanUrl":"https://dev.azure.com/fabrikam/","ProjectId":"4E1F3E72-5555-4666-8777-88889999AAAA",
    "HubName":"build","PlanId":"0a7c9a3e-1111-4222-8333-444455556666","JobId":"1b8d0b4f-2222-4333-8444-555566667777",
    "TimelineId":"3d0f2d61-4444-4555-8666-777788889999","TaskInstanceId":"2c9e1c50-3333-4444-8555-666677778888",
    "StageAttempt":"$(System.StageAttempt)","JobAttempt":"2","BuildId":"42","AuthToken":"eyJ.job.token"}
    """
private let inputs = #""inputs":{"pool":"ecs-linux","profile":"small","cpu":"$(cpu)","key":"agent"}"#

private func body(_ plan: String = plan, _ inputs: String? = inputs, version: String = "1") -> String {
    "{\"protocol\":\(version),\(plan)\(inputs.map { "," + $0 } ?? "")}"
}

private func post(
    _ body: String = body(), path: String = "/tasks/agent", authorization: String? = "Bearer \(token)",
    type: String = "application/json"
) -> [UInt8] {
    var lines = ["POST \(path) HTTP/1.1", "Host: slipway.example.com", "Content-Type: \(type)"]
    if let authorization { lines.append("Authorization: \(authorization)") }
    lines.append("Content-Length: \(body.utf8.count)")
    return Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + Array(body.utf8)
}

private final class Desk: BookingPort {
    struct State {
        var calls: [BookingCall] = []
        var refused: [String] = []
        var refusal: BookingRefusal?
    }
    private let state = Mutex(State())
    let offer = BookingOffer(organization: "https://dev.azure.com/fabrikam", pools: ["ecs-linux"], profiles: ["small"])

    var calls: [BookingCall] { state.withLock { $0.calls } }
    var refused: [String] { state.withLock { $0.refused } }
    func refuse(_ refusal: BookingRefusal) { state.withLock { $0.refusal = refusal } }

    func book(_ call: BookingCall) async throws(BookingRefusal) { try note(call) }
    func cancel(_ call: BookingCall) async throws(BookingRefusal) -> BookingCancellation {
        try note(call)
        return .over
    }
    func gate(_ call: GateCall) async throws(BookingRefusal) -> GateAnswer {
        GateAnswer(
            isAvailable: call.inputs.profile == "small", reason: "it is \"so\"", pool: "ecs-linux", profile: "small")
    }
    func refused(code: String, identity: BookingIdentity?, run: Int?, source: String) async {
        state.withLock { $0.refused.append(code) }
    }

    private func note(_ call: BookingCall) throws(BookingRefusal) {
        let refusal = state.withLock { state in
            state.calls.append(call)
            return state.refusal
        }
        if let refusal { throw refusal }
    }
}

@Suite("Calls of server tasks", .timeLimit(.minutes(1)))
struct ServerTaskTests {
    private func with(
        tokens: [String]? = [token], _ body: (RunningReceiver, Desk) async throws -> Void
    ) async throws {
        let desk = Desk()
        try await RunningReceiver.with(bookings: desk) {
            $0.serverTaskTokens = tokens.flatMap { try? ServerTaskTokens($0) }
        } body: {
            try await body($0, desk)
        }
    }

    @Test(
        "A call of the right form is accepted, at one slash or two",
        arguments: ["/tasks/agent", "//tasks/agent", "/tasks/agent?x=1"])
    func accepted(path: String) async throws {
        try await with { server, desk in
            let response = try #require(try await server.exchange(post(path: path)))
            #expect(response.status == 202)
            #expect(response.body == #"{"status":"accepted"}"#)
            let call = try #require(desk.calls.first)
            #expect(call.identity.stageAttempt == 1 && call.identity.jobAttempt == 2)
            #expect(call.project == "4e1f3e72-5555-4666-8777-88889999aaaa")
            #expect(call.run == 42)
            #expect(call.inputs == BookingInputs(pool: "ecs-linux", profile: "small", key: "agent"))
            #expect(call.token.revealed == "eyJ.job.token")
            #expect(server.receiver.statistics.serverTasks == ["accepted": 1])
        }
    }

    @Test(
        "Without a token nothing is read or told",
        arguments: [nil, "", "Bearer x", "Basic \(token)", "Bearer \(token)x"])
    func unauthorized(authorization: String?) async throws {
        try await with { server, desk in
            let response = try #require(try await server.exchange(post(authorization: authorization)))
            #expect(response.status == 401)
            #expect(response.fields["www-authenticate"]?.hasPrefix("Bearer") == true)
            #expect(desk.calls.isEmpty && desk.refused.isEmpty)
        }
    }

    @Test("The bare token counts too, and the second one while they are changed")
    func bareToken() async throws {
        try await with(tokens: [token, "the-other-token-012345"]) { server, _ in
            for authorization in [token, "bearer \(token)", "Bearer the-other-token-012345"] {
                let status = try await server.exchange(post(authorization: authorization))?.status
                #expect(status == 202)
            }
        }
    }

    @Test("Where no tokens are configured, nothing is there")
    func absent() async throws {
        try await with(tokens: nil) { server, _ in
            let status = try await server.exchange(post())?.status
            #expect(status == 404)
        }
    }

    @Test(
        "What is malformed is refused, named and recorded",
        arguments: [
            ("", "body_malformed"), ("{}", "protocol_unknown"), (body(version: "2"), "protocol_unknown"),
            (body(plan, nil), "body_malformed"), (body(plan, #""inputs":{"evil":"x"}"#), "body_malformed"),
            (body(plan, #""inputs":{"pool":"a"},"x":{}"#), "body_malformed"),
            (body(plan, #""inputs":{"pool":"a","pool":"b"}"#), "body_malformed"),
            (body(plan, #""inputs":{"pool":"a" "b"}"#), "body_malformed"),
            (body(plan, #""inputs":{"pool":1}"#), "body_malformed"),
            (body(plan.replacingOccurrences(of: "\"42\"", with: "\"042\"")), "plan_malformed"),
            (body(plan.replacingOccurrences(of: "\"42\"", with: "\"$(Build.BuildId)\"")), "plan_malformed"),
            (body(plan.replacingOccurrences(of: "0a7c9a3e", with: "zzzzzzzz")), "plan_malformed"),
            (body(plan.replacingOccurrences(of: "\"build\"", with: "\"release\"")), "plan_malformed"),
            (body(plan.replacingOccurrences(of: "\"2\"", with: "\"0\"")), "plan_malformed"),
            (body(plan.replacingOccurrences(of: "eyJ.job.token", with: "")), "plan_malformed"),
            (body(plan.replacingOccurrences(of: "eyJ.job.token", with: "a b")), "plan_malformed"),
        ])
    func malformed(text: String, code: String) async throws {
        try await with { server, desk in
            let response = try #require(try await server.exchange(post(text)))
            #expect(response.status == 400)
            #expect(response.body.contains("\"code\":\"\(code)\""), "\(response.body)")
            #expect(desk.refused == [code])
            #expect(desk.calls.isEmpty)
            #expect(!response.body.contains("eyJ"))
        }
    }

    @Test("Other methods, types and sizes are refused unread")
    func form() async throws {
        try await with { server, desk in
            let get = Array("GET /tasks/agent HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
            let method = try #require(try await server.exchange(get))
            #expect(method.status == 405)
            #expect(method.fields["allow"] == "POST")
            let type = try await server.exchange(post(type: "text/plain"))?.status
            #expect(type == 415)
            let large = try await server.exchange(post(String(repeating: " ", count: 33_000)))?.status
            #expect(large == 413)
            #expect(desk.calls.isEmpty)
        }
    }

    @Test(
        "A refusal has its status and its words",
        arguments: zip(
            BookingRefusal.allCases, [403, 403, 409, 403, 409, 409, 503, 503, 503]))
    func refused(refusal: BookingRefusal, status: Int) async throws {
        try await with { server, desk in
            desk.refuse(refusal)
            let response = try #require(try await server.exchange(post()))
            #expect(response.status == status)
            #expect(response.body.contains("\"code\":\"\(refusal.rawValue)\""))
            #expect(response.fields["retry-after"] == (status == 503 ? "5" : nil))
        }
    }

    @Test("Cancel, gate and verify answer as the protocol says")
    func others() async throws {
        try await with { server, _ in
            let cancelled = try #require(try await server.exchange(post(body(plan, nil), path: "/tasks/agent/cancel")))
            #expect(cancelled.status == 200 && cancelled.body == #"{"status":"over"}"#)
            let gatePlan = """
                "plan":{"PlanUrl":"https://dev.azure.com/fabrikam/","ProjectId":"4e1f3e72-5555-4666-8777-88889999aaaa",
                "HubName":"checks","PlanId":"0a7c9a3e-1111-4222-8333-444455556666","JobId":"$(system.JobId)",
                "TaskInstanceId":""}
                """
            let gate = try #require(
                try await server.exchange(
                    post(body(gatePlan, #""inputs":{"pool":"ecs-linux","profile":"small"}"#), path: "/tasks/gate")))
            #expect(gate.status == 200)
            #expect(
                gate.body
                    == #"{"pool":"ecs-linux","profile":"small","reason":"it is \"so\"","status":"available"}"#)
            let verify = Array(
                "GET /tasks/verify HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
            let verified = try #require(try await server.exchange(verify))
            #expect(verified.status == 200)
            #expect(
                verified.body
                    == #"{"organization":"https://dev.azure.com/fabrikam","pools":["ecs-linux"],"profiles":["small"],"protocol":1,"service":"slipway"}"#
            )
        }
    }

    @Test(
        "Tokens that are too short or have white space are no tokens, and are never told",
        arguments: ["short", "with white space in it", String(repeating: "x", count: 257)])
    func tokens(text: String) throws {
        let error = #expect(throws: ReceiverError.self) { _ = try ServerTaskTokens([text]) }
        #expect(error.map { "\($0)".contains(text) } == false)
        #expect(!"\(try ServerTaskTokens([token]))".contains(token))
    }
}
