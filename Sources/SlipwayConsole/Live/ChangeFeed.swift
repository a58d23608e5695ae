internal import Logging
internal import ServiceLifecycle
internal import SlipwayCore

/// Tells everybody who follows it that something has changed. However many follow, the store is asked once in a while, and
/// not at all while nobody does.
actor ChangeFeed {
    enum Event: Hashable, Sendable {
        case change(Int64)
        /// Nothing has changed for a while: the connection is alive, and what depends on the time is older.
        case tick
    }

    private let reader: any ConsoleReader
    private let time: any TimeSource
    private let maximumStreams: Int
    private let pauseMilliseconds: Int64
    private var streams: [Int: AsyncStream<Event>.Continuation] = [:]
    private var nextStream = 0
    private var hasEnded = false

    static let tickMilliseconds: Int64 = 15_000

    init(reader: any ConsoleReader, configuration: ConsoleConfiguration, time: any TimeSource) {
        self.reader = reader
        self.time = time
        maximumStreams = configuration.maximumStreams
        pauseMilliseconds = max(10, configuration.changeMilliseconds)
    }

    /// Follows it until the stream is dropped; nil: as many as may do so already, or it has ended.
    func follow() -> AsyncStream<Event>? {
        guard !hasEnded, streams.count < maximumStreams else { return nil }
        nextStream += 1
        let number = nextStream
        // Who is slow is told of the newest alone.
        let (stream, continuation) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(1))
        streams[number] = continuation
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            Task { await self.leave(number) }
        }
        return stream
    }

    var followers: Int { streams.count }

    private func leave(_ number: Int) { streams[number] = nil }

    /// Looks for changes until shut down or cancelled; then every stream ends.
    func run() async {
        await cancelWhenGracefulShutdown { await self.look() }
        hasEnded = true
        for stream in streams.values { stream.finish() }
        streams = [:]
    }

    private func look() async {
        var known: Int64?
        var saidAt = time.now()
        while !Task.isCancelled {
            if streams.isEmpty {
                known = nil
            } else {
                let counter = try? await reader.changeCounter()
                let now = time.now()
                if let counter, let known, counter != known {
                    tell(.change(counter))
                    saidAt = now
                } else if abs(now.millisecondsSince(saidAt)) >= Self.tickMilliseconds {
                    tell(.tick)
                    saidAt = now
                }
                if counter != nil { known = counter }
            }
            do { try await time.sleep(milliseconds: pauseMilliseconds) } catch { return }
        }
    }

    private func tell(_ event: Event) { for stream in streams.values { stream.yield(event) } }
}
