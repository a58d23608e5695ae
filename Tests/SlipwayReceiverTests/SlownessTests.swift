import SlipwayReceiver
import Testing

/// Callers that are slow, silent or many. The timeouts are short here, and the server's own.
@Suite("Callers that hold on to the server", .timeLimit(.minutes(1)))
struct SlownessTests {
    @Test("A connection that says nothing is closed without a word")
    func silent() async throws {
        try await RunningReceiver.with(configure: { $0.limits.headTimeoutMilliseconds = 200 }) { server in
            let connection = try await server.connect()
            #expect(await connection.rest() == "")
            #expect(server.receiver.statistics.timeouts == 1)
        }
    }

    @Test("A head that trickles in is cut off, however steadily it comes")
    func slowHead() async throws {
        try await RunningReceiver.with(configure: { $0.limits.headTimeoutMilliseconds = 200 }) { server in
            let connection = try await server.connect()
            let trickle = connection.trickle(Hook.post("{}"), everyMilliseconds: 20)
            defer { trickle.cancel() }
            #expect(await connection.rest() == "")
            #expect(server.store.deliveries.isEmpty)
        }
    }

    @Test("A body that trickles in is answered with 408, which Azure DevOps takes as: send again")
    func slowBody() async throws {
        try await RunningReceiver.with(configure: { $0.limits.bodyTimeoutMilliseconds = 200 }) { server in
            let connection = try await server.connect()
            await connection.send(Hook.post("{}").dropLast(1))
            let response = await connection.response()
            #expect(response?.status == 408 && response?.closes == true)
            #expect(server.store.deliveries.isEmpty)
        }
    }

    @Test("A half-open connection that never sends its body is closed")
    func halfOpen() async throws {
        try await RunningReceiver.with { server in
            let connection = try await server.connect()
            await connection.send(Hook.head("POST /hooks/azure-devops HTTP/1.1", fields: ["Content-Length: 100"]))
            await connection.endOutput()
            #expect(await connection.rest().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("A refused caller that goes on sending is cut off")
    func refusedSender() async throws {
        try await RunningReceiver.with(configure: { $0.limits.lingerTimeoutMilliseconds = 200 }) { server in
            let connection = try await server.connect()
            let head = Hook.head(
                "POST /hooks/azure-devops HTTP/1.1", authorization: nil, fields: ["Content-Length: 1000000"])
            await connection.send(head)
            #expect(await connection.response()?.status == 401)
            #expect(await connection.rest() == "")
        }
    }

    @Test("A caller that never reads its answers is not served for ever")
    func notReading() async throws {
        try await RunningReceiver.with(configure: { $0.limits.headTimeoutMilliseconds = 200 }) { server in
            // 404s without end: the server stops to read once its answers pile up, and the timeout ends it.
            let connection = try await RawConnection(port: server.port, readsNothing: true)
            let request = Array("GET /\(String(repeating: "x", count: 100)) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            let batch = Array(repeatElement(request, count: 1_000).joined())
            var batches = 0
            while connection.isOpen, batches < 2_000 {
                await connection.send(batch)
                batches += 1
            }
            #expect(batches < 2_000)
        }
    }

    @Test("Strangers can't take the connections kept for known sources; those are taken by known sources only")
    func connectionLimit() async throws {
        let configure: @Sendable (inout ReceiverConfiguration) -> Void = {
            $0.limits.maximumConnections = 4
            $0.limits.reservedConnections = 2
        }
        try await RunningReceiver.with(configure: configure) { server in
            var connections: [RawConnection] = []
            for _ in 0..<4 {
                let connection = try await server.connect()
                await connection.send(Hook.post("{}"))
                #expect(await connection.response()?.status == 200)
                connections.append(connection)
            }
            #expect(try await server.connect().rest() == "")
            #expect(try await server.connect(from: "127.0.0.2").rest() == "")
            #expect(server.receiver.statistics.refusedConnections == 2)
            #expect(server.receiver.statistics.evictedConnections == 0)
            #expect(server.receiver.statistics.openConnections == 4)
            for connection in connections {
                await connection.send(Hook.post("{}"))
                #expect(await connection.response()?.status == 200)
            }
        }
    }

    @Test("However many silent connections strangers hold, a hook gets in, and the connection of an earlier one stays")
    func silentStrangers() async throws {
        try await RunningReceiver.with { server in
            let first = try await server.connect(from: "127.0.0.3")
            await first.send(Hook.post("{}"))
            #expect(await first.response()?.status == 200)
            // As many as strangers may have, and some more.
            var strangers: [RawConnection] = []
            for _ in 0..<460 { strangers.append(try await server.connect(from: "127.0.0.2")) }
            try await eventually { server.receiver.statistics.openConnections == 448 }

            let hook = try await server.connect(from: "127.0.0.4")
            await hook.send(Hook.post("{}"))
            #expect(await hook.response()?.status == 200)
            await first.send(Hook.post("{}"))
            #expect(await first.response()?.status == 200)
            // By the server, long before this client would give up.
            let start = ContinuousClock.now
            #expect(await strangers[0].rest() == "")
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(server.receiver.statistics.refusedConnections == 0)
            #expect(server.receiver.statistics.evictedConnections == 14)
            for stranger in strangers { await stranger.close() }
        }
    }

    @Test("One that says something, but shows no credentials, doesn't hold a connection by it")
    func talkingStranger() async throws {
        try await RunningReceiver.with(configure: { $0.limits.headTimeoutMilliseconds = 1_000 }) { server in
            let connection = try await server.connect()
            await connection.send(Hook.health)
            #expect(await connection.response()?.status == 200)
            await connection.send(Hook.post("{}", authorization: nil))
            #expect(await connection.response()?.status == 401)
            #expect(await connection.rest() == "")
            #expect(server.receiver.statistics.timeouts == 1)
        }
    }
}
