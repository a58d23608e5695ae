import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SlipwayCore
import SlipwayReceiver
import Testing

@Suite("When the store or the server fails", .timeLimit(.minutes(1)))
struct StoreFaultTests {
    @Test(
        "A delivery that can't be stored is answered with 503 and leaves nothing; sent again it is recorded",
        arguments: [
            MemoryStore.full, StoreError(code: .corrupt, message: "another version's"),
            StoreError(code: .versionConflict, message: "a bug of the store"),
        ])
    func full(error: StoreError) async throws {
        try await RunningReceiver.with { server in
            let request = Hook.post(try Hook.sample(Hook.waiting))
            server.store.fail(with: error)
            let refusal = try #require(try await server.exchange(request))
            #expect(refusal.status == 503)
            #expect(!refusal.body.contains(error.message))
            #expect(server.store.deliveries.isEmpty)
            #expect(server.hints.hints.isEmpty)
            #expect(server.receiver.statistics.unrecordedDeliveries == 1)

            server.store.fail(with: nil)
            #expect(try await server.exchange(request)?.body == "recorded as delivery 1\n")
            #expect(server.hints.hints.count == 1)
        }
    }

    @Test("A store that doesn't answer in time is 503; what it records after all makes the next one a duplicate")
    func locked() async throws {
        try await RunningReceiver.with(configure: { $0.limits.answerTimeoutMilliseconds = 100 }) { server in
            let request = Hook.post(try Hook.sample(Hook.waiting))
            server.store.hold()
            let refusal = try #require(try await server.exchange(request))
            #expect(refusal.status == 503 && refusal.closes)
            server.store.release()
            #expect(try await server.exchange(request)?.body == "recorded as delivery 2, a duplicate of 1\n")
        }
    }

    @Test("A caller that leaves while its delivery is being stored loses nothing")
    func callerLeaves() async throws {
        try await RunningReceiver.with { server in
            server.store.hold()
            let connection = try await server.connect()
            await connection.send(Hook.post(try Hook.sample(Hook.waiting)))
            try await eventually { server.store.heldRecordings == 1 }
            await connection.close()
            server.store.release()
            try await eventually { server.hints.hints.count == 1 }
            #expect(server.store.deliveries.count == 1)
        }
    }

    @Test("/healthz tells whether the store works, asks it once a second at most, and says no more")
    func health() async throws {
        try await RunningReceiver.with { server in
            for _ in 0..<5 { #expect(try await server.exchange(Hook.health)?.status == 200) }
            #expect(server.store.readings == 1)
            server.store.fail(with: MemoryStore.full)
            server.time.advance(milliseconds: 1_000)
            let response = try await server.exchange(Hook.health)
            #expect(response?.status == 503 && response?.body == "")
            server.store.fail(with: nil)
            server.time.advance(milliseconds: 1_000)
            #expect(try await server.exchange(Hook.health)?.status == 200)
        }
    }

    @Test("/healthz says no for a while after a delivery could not be stored, though the store can be read")
    func healthAfterFailure() async throws {
        try await RunningReceiver.with { server in
            server.store.fail(with: MemoryStore.full)
            _ = try await server.exchange(Hook.post("{}"))
            server.store.fail(with: nil)
            #expect(try await server.exchange(Hook.health)?.status == 503)
            server.time.advance(milliseconds: 10_000)
            #expect(try await server.exchange(Hook.health)?.status == 200)
        }
    }

    @Test("While the store hangs one question waits; the others are answered at once, and soon with no")
    func hangingStore() async throws {
        try await RunningReceiver.with { server in
            #expect(try await server.exchange(Hook.health)?.status == 200)
            server.time.advance(milliseconds: 1_000)
            server.store.holdReadings()
            let asking = try await server.connect()
            await asking.send(Hook.health)
            try await eventually { server.store.readings == 2 }
            for _ in 0..<20 { #expect(try await server.exchange(Hook.health)?.status == 200) }
            server.time.advance(milliseconds: 2_000)
            for _ in 0..<20 { #expect(try await server.exchange(Hook.health)?.status == 503) }
            #expect(server.store.readings == 2)
            server.store.release()
            #expect(await asking.response()?.status == 200)
            #expect(try await server.exchange(Hook.health)?.status == 200)
            #expect(server.store.readings == 3)
        }
    }

    @Test("A clock that is set back freezes no answer of /healthz")
    func clockSetBack() async throws {
        try await RunningReceiver.with { server in
            let before = try await server.exchange(Hook.health)
            #expect(before?.status == 200)
            server.store.fail(with: MemoryStore.full)
            server.time.advance(milliseconds: -3_600_000)
            let after = try await server.exchange(Hook.health)
            #expect(after?.status == 503)
        }
    }

    @Test("HEAD of /healthz has the head of GET and no body")
    func healthHead() async throws {
        try await RunningReceiver.with { server in
            let connection = try await server.connect()
            await connection.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = await connection.response(withoutBody: true)
            #expect(response?.fields["content-length"] == "3")
            await connection.send(Hook.health)
            #expect(await connection.response()?.body == "ok\n")
        }
    }

    @Test(
        "Draining: first /healthz says no and hooks are taken; then, asked to stop, what is at hand is still recorded")
    func draining() async throws {
        let store = MemoryStore()
        try await withGroup(store) { port, receiver, group in
            let connection = try await RawConnection(port: port)
            receiver.beginDraining()
            await connection.send(Hook.health + Hook.post("{}"))
            #expect(await connection.response()?.status == 503)
            #expect(await connection.response()?.status == 200)

            store.hold()
            await connection.send(Hook.post(try Hook.sample(Hook.waiting)))
            try await eventually { store.heldRecordings == 1 }
            await group.triggerGracefulShutdown()
            store.release()
            let last = await connection.response()
            #expect(last?.status == 200)
            #expect(await connection.rest() == "")
            #expect(store.deliveries.count == 2)
        }
    }

    @Test("While the port is still open during shutdown, hooks get 503, and strangers 401 as ever")
    func refusing() async throws {
        let time = HeldTime()
        try await withGroup(MemoryStore(), time: time) { port, _, group in
            let connection = try await RawConnection(port: port)
            await connection.send(Hook.post("{}"))
            #expect(await connection.response()?.status == 200)
            await group.triggerGracefulShutdown()
            try await eventually { time.sleepers == 1 }
            await connection.send(Hook.health + Hook.post("{}"))
            #expect(await connection.response()?.status == 503)
            #expect(await connection.response()?.status == 200)
            time.wake()
            try await eventually { time.sleepers == 1 }
            await connection.send(Hook.post("{}") + Hook.post("{}", authorization: nil))
            #expect(await connection.response()?.status == 503)
            #expect(await connection.response()?.status == 401)
            time.wake()
            #expect(await connection.rest() == "")
        }
    }

    @Test("An address that can't be listened on is an error that says so")
    func portInUse() async throws {
        try await RunningReceiver.with { server in
            var configuration = ReceiverConfiguration(credentials: try Hook.credentials())
            configuration.host = "127.0.0.1"
            configuration.port = server.port
            let second = try Receiver(
                configuration: configuration, store: MemoryStore(), listener: HintRecorder(), time: ManualTime(),
                tls: nil,
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: RunningReceiver.quiet)
            let error = await #expect(throws: ReceiverError.self) { try await second.run() }
            #expect(error?.code == .cannotListen)
            #expect(error?.message.contains("port \(server.port)") == true)
        }
    }

    @Test("Limits that can't be worked with are refused before anything is opened")
    func limits() throws {
        let changes: [@Sendable (inout ReceiverLimits) -> Void] = [
            { $0.maximumBodyBytes = 0 }, { $0.maximumBodyBytes = 3 << 20 }, { $0.maximumDrainedBodyBytes = 1 },
            { $0.reservedConnections = $0.maximumConnections }, { $0.idleTimeoutMilliseconds = 0 },
            { $0.headTimeoutMilliseconds = .max }, { $0.maximumRequestsPerConnection = 0 },
        ]
        for change in changes {
            var configuration = ReceiverConfiguration(credentials: try Hook.credentials())
            change(&configuration.limits)
            #expect(throws: ReceiverError.self) {
                try Receiver(
                    configuration: configuration, store: MemoryStore(), listener: HintRecorder(), time: ManualTime(),
                    tls: nil,
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: RunningReceiver.quiet)
            }
        }
    }

    /// A receiver in a service group, which can be shut down gracefully.
    private func withGroup(
        _ store: MemoryStore, time: any TimeSource = ManualTime(),
        _ body: (Int, Receiver, ServiceGroup) async throws -> Void
    ) async throws {
        var configuration = ReceiverConfiguration(credentials: try Hook.credentials())
        configuration.host = "127.0.0.1"
        configuration.port = 0
        let (ports, told) = AsyncStream<Int>.makeStream()
        let receiver = try Receiver(
            configuration: configuration, store: store, listener: HintRecorder(), time: time, tls: nil,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: RunningReceiver.quiet,
            onListening: { told.yield($0.port ?? 0) })
        let group = ServiceGroup(services: [receiver], logger: RunningReceiver.quiet)
        let running = Task { try await group.run() }
        let port = try #require(await ports.first { _ in true })
        try await body(port, receiver, group)
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
