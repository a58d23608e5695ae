import Foundation
import SlipwayCore
import SlipwayReceiver
import Testing

@Suite("Deliveries of hooks", .timeLimit(.minutes(1)))
struct HookTests {
    @Test("A job that starts to wait is recorded, answered with 200, and then told to the listener")
    func waitingJob() async throws {
        try await RunningReceiver.with { server in
            let body = try Hook.sample(Hook.waiting)
            let response = try #require(try await server.exchange(Hook.post(body)))

            #expect(response.status == 200)
            #expect(response.body == "recorded as delivery 1\n")
            let delivery = try #require(server.store.deliveries.first)
            #expect(delivery.disposition == .accepted)
            #expect(delivery.bodyBytes == body.count)
            #expect(delivery.source == "127.0.0.1")
            #expect(delivery.receivedAt == server.time.now())
            let hint = try #require(delivery.hint)
            #expect(hint.scope == .job && hint.state == .waiting && hint.runID != nil && hint.jobID != nil)
            #expect(server.hints.hints == [hint])
        }
    }

    @Test("A delivery that comes again is a duplicate: 200, and it wakes once more")
    func duplicate() async throws {
        try await RunningReceiver.with { server in
            let request = Hook.post(try Hook.sample(Hook.waiting))
            _ = try await server.exchange(request)
            let response = try #require(try await server.exchange(request))

            #expect(response.status == 200)
            #expect(response.body == "recorded as delivery 2, a duplicate of 1\n")
            #expect(server.hints.hints.count == 2)
            #expect(server.receiver.statistics.duplicates == 1)
        }
    }

    @Test("The same event by way of a second subscription is a duplicate")
    func secondSubscription() async throws {
        try await RunningReceiver.with { server in
            let first = String(decoding: try Hook.sample(Hook.waiting), as: UTF8.self)
            let pattern = try Regex("\"(subscriptionId|notificationId|id)\": *(\"[0-9a-f-]{36}\"|[0-9]+),")
            let stripped = first.replacing(pattern, with: "", maxReplacements: 3)
            #expect(first != stripped)
            _ = try await server.exchange(Hook.post(first))
            let response = try await server.exchange(Hook.post(stripped))
            #expect(response?.body == "recorded as delivery 2, a duplicate of 1\n")
        }
    }

    @Test("An event of a project that nobody here knows is a hint like any other")
    func unknownProject() async throws {
        try await RunningReceiver.with { server in
            let body = #"""
                {"eventType": "ms.vss-pipelines.job-state-changed-event",
                 "resource": {"projectId": "FFFFFFFF-0000-4000-8000-000000000001", "run": {"id": 7},
                              "job": {"id": "12f1170f-54f2-53f3-20dd-22fc7dff55f9", "state": "waiting"}}}
                """#
            let answer = try await server.exchange(Hook.post(body))
            #expect(answer?.status == 200)
            #expect(server.hints.hints.map(\.projectID) == ["ffffffff-0000-4000-8000-000000000001"])
        }
    }

    @Test("The Test button's sample is ignored, and pressing it twice makes no duplicate")
    func testButton() async throws {
        try await RunningReceiver.with { server in
            let request = Hook.post(try Hook.sample(Hook.testButton))
            for number in 1...2 {
                let response = try await server.exchange(request)
                #expect(response?.status == 200)
                #expect(response?.body == "recorded as delivery \(number); ignored: a test sample\n")
            }
            #expect(server.hints.hints.isEmpty)
        }
    }

    @Test("Every published payload is answered with 200 and recorded")
    func everySample() async throws {
        try await RunningReceiver.with { server in
            let files = try FileManager.default.contentsOfDirectory(at: Hook.samples, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "json" }
            #expect(files.count >= 15)
            for file in files {
                let response = try await server.exchange(Hook.post(Array(Data(contentsOf: file))))
                #expect(response?.status == 200, "\(file.lastPathComponent)")
            }
            #expect(server.store.deliveries.count == files.count)
            #expect(!server.store.deliveries.contains { $0.disposition == .rejected })
        }
    }

    @Test("Nothing but an eventType is enough for a record")
    func onlyEventType() async throws {
        try await RunningReceiver.with { server in
            let response = try await server.exchange(Hook.post(#"{"eventType": "some.new-event"}"#))
            #expect(response?.status == 200)
            #expect(server.store.deliveries.map(\.disposition) == [.ignored])
            #expect(server.store.deliveries.first?.eventType == "some.new-event")
        }
    }

    @Test("Requests on one connection are answered in order, pipelined ones too")
    func pipelined() async throws {
        try await RunningReceiver.with { server in
            let connection = try await server.connect()
            let one = Hook.post(try Hook.sample(Hook.waiting))
            await connection.send(one + Hook.health + Hook.post("{}") + one)
            let statuses = [await connection.response(), await connection.response(), await connection.response()]
            #expect(statuses.map(\.?.status) == [200, 200, 200])
            #expect(statuses.map(\.?.body).first == "recorded as delivery 1\n")
            #expect(statuses[1]?.body == "ok\n")
            #expect(await connection.response()?.body == "recorded as delivery 3, a duplicate of 1\n")
        }
    }

    @Test(
        "Unknown paths get 404, other methods 405 with the ones that work",
        arguments: [
            ("GET / HTTP/1.1", 404, nil), ("POST /hooks HTTP/1.1", 404, nil),
            ("POST /hooks/azure-devops/ HTTP/1.1", 404, nil),
            ("GET /hooks/azure-devops HTTP/1.1", 405, "POST"), ("DELETE /healthz HTTP/1.1", 405, "GET, HEAD"),
            ("POST /hooks/azure-devops?x=1 HTTP/1.1", 200, nil),
        ])
    func paths(requestLine: String, status: Int, allowed: String?) async throws {
        try await RunningReceiver.with { server in
            let request = Hook.head(requestLine, fields: ["Content-Length: 2"]) + Array("{}".utf8)
            let response = try #require(try await server.exchange(request))
            #expect(response.status == status)
            #expect(response.fields["allow"] == allowed)
        }
    }

    @Test("A caller that waits for 100 is told to go on, or why not")
    func expectContinue() async throws {
        try await RunningReceiver.with { server in
            let connection = try await server.connect()
            let fields = ["Content-Length: 2", "Expect: 100-continue"]
            await connection.send(Hook.head("POST /hooks/azure-devops HTTP/1.1", fields: fields))
            #expect(await connection.response()?.status == 100)
            await connection.send("{}")
            #expect(await connection.response()?.status == 200)

            let stranger = try await server.connect()
            await stranger.send(Hook.head("POST /hooks/azure-devops HTTP/1.1", authorization: nil, fields: fields))
            let refusal = await stranger.response()
            #expect(refusal?.status == 401 && refusal?.closes == true)
        }
    }

    @Test("A request for the connection's end gets it")
    func connectionClose() async throws {
        try await RunningReceiver.with { server in
            let connection = try await server.connect()
            await connection.send(Hook.post("{}", fields: ["Connection: close"]))
            #expect(await connection.response()?.closes == true)
            #expect(await connection.rest() == "")
        }
    }

    @Test("The last request that a connection may make closes it")
    func requestLimit() async throws {
        try await RunningReceiver.with(configure: { $0.limits.maximumRequestsPerConnection = 2 }) { server in
            let connection = try await server.connect()
            await connection.send(Hook.post("{}") + Hook.post("{}") + Hook.post("{}"))
            #expect(await connection.response()?.closes == false)
            #expect(await connection.response()?.closes == true)
            #expect(await connection.response() == nil)
            #expect(server.store.deliveries.count == 2)
        }
    }
}
