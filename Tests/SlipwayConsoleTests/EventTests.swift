import Hummingbird
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import SlipwayCore
import Synchronization
import Testing

@testable import SlipwayConsole

@Suite("Following what happens", .timeLimit(.minutes(1)))
struct EventTests {
    /// A counter that a test moves, and time that passes by itself.
    private final class Counter: Sendable {
        let value = Mutex<Int64>(1)
        let asked = Mutex(0)
    }

    private struct CountingReader: ConsoleReader {
        let counter: Counter
        private let memory = MemoryReader()

        init(_ counter: Counter) { self.counter = counter }

        func changeCounter() async throws -> Int64 {
            counter.asked.withLock { $0 += 1 }
            return counter.value.withLock { $0 }
        }
        func launches(_ query: LaunchQuery) async throws -> LaunchPage { try await memory.launches(query) }
        func launch(_ id: LaunchID) async throws -> Launch? { nil }
        func records(before sequence: Int64, about subject: String?, limit: Int) async throws -> [RecordReading] { [] }
        func costs(of month: Month, by dimension: CostDimension) async throws -> MonthCosts {
            try await memory.costs(of: month, by: dimension)
        }
        func deliveries(
            before number: Int64, disposition: Delivery.Disposition?, limit: Int
        ) async throws -> [RecordedDelivery] { [] }
        func delivery(_ number: Int64) async throws -> RecordedDelivery? { nil }
        func deliveries(about origin: JobOrigin, limit: Int) async throws -> [RecordedDelivery] { [] }
        func figures(ofLastMinutes minutes: Int) async throws -> LaunchFigures { memory.figures }
        func openCounts() async throws -> [OpenCount] { [] }
        func poolNames() async throws -> [PoolID: String] { [:] }
    }

    /// Each sleep takes as long as it says, and no longer to wait for.
    private final class QuickTime: TimeSource {
        private let instant = Mutex(World.now)
        let sleeps = Mutex(0)

        func now() -> Timestamp { instant.withLock { $0 } }
        func sleep(milliseconds: Int64) async throws {
            instant.withLock { $0 = $0.adding(milliseconds: milliseconds) }
            sleeps.withLock { $0 += 1 }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private func feed(
        _ counter: Counter, maximumStreams: Int = 32, time: QuickTime = QuickTime()
    ) -> ChangeFeed {
        var configuration = ConsoleConfiguration()
        configuration.maximumStreams = maximumStreams
        return ChangeFeed(reader: CountingReader(counter), configuration: configuration, time: time)
    }

    @Test("All who follow are told by one poll, and by none while nobody follows")
    func onePoll() async throws {
        let counter = Counter()
        let time = QuickTime()
        let feed = feed(counter, time: time)
        let running = Task { await feed.run() }
        while time.sleeps.withLock({ $0 }) < 5 { await Task.yield() }
        #expect(counter.asked.withLock { $0 } == 0)
        let first = try #require(await feed.follow())
        let second = try #require(await feed.follow())
        while counter.asked.withLock({ $0 }) == 0 { await Task.yield() }
        counter.value.withLock { $0 = 2 }
        for stream in [first, second] {
            var events = stream.makeAsyncIterator()
            var event = await events.next()
            // Time passes quickly here, so that a tick may come before.
            while event == .tick { event = await events.next() }
            #expect(event == .change(2))
        }
        running.cancel()
        await running.value
    }

    @Test("While nothing changes there is a tick")
    func tick() async throws {
        let feed = feed(Counter())
        let running = Task { await feed.run() }
        let stream = try #require(await feed.follow())
        #expect(await stream.first { _ in true } == .tick)
        running.cancel()
        await running.value
    }

    @Test("There are only so many streams; one that is dropped makes room; the end ends all")
    func bounded() async throws {
        let feed = feed(Counter(), maximumStreams: 2)
        var first: AsyncStream<ChangeFeed.Event>? = await feed.follow()
        let second = try #require(await feed.follow())
        #expect(first != nil)
        #expect(await feed.follow() == nil)
        first = nil
        while await feed.followers == 2 { await Task.yield() }
        #expect(await feed.follow() != nil)
        let running = Task { await feed.run() }
        running.cancel()
        await running.value
        // Ends, rather than wait for ever.
        for await _ in second {}
        #expect(await feed.follow() == nil)
    }

    @Test("The stream is served until the server shuts down, and its end doesn't hold that up")
    func served() async throws {
        let (begun, told) = AsyncStream<Void>.makeStream()
        let reading = try await ListeningConsole.with { port in
            let connection = try await ListeningConsole.connect(port)
            let reading = Task {
                var text = ""
                try await connection.executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(string: "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    for try await part in inbound {
                        text += String(buffer: part)
                        if text.contains("retry: 5000") { told.yield() }
                    }
                }
                return text
            }
            _ = await begun.first { _ in true }
            return reading
        }
        let text = try await reading.value
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("text/event-stream"))
        #expect(text.hasSuffix("0\r\n\r\n"), "ended as a whole answer")
    }

    @Test("One stream too many is told to come later")
    func tooMany() async throws {
        let console = try World.console(configure: { $0.maximumStreams = 0 })
        let response = try await World.get("/events", from: console)
        #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "60")
    }
}
