internal import SlipwayConsole
internal import SlipwayCore

/// Costs of months, a minute old at most. One month at a time is added up, so that a slow one takes one of the store's
/// readers and leaves the others to whoever asks for something else. Who asks waits for a while, not for as long as it takes.
actor CostsCache {
    private struct Key: Hashable {
        var month: Month
        var dimension: CostDimension
    }

    private struct Known {
        var costs: MonthCosts
        var at: Timestamp
    }

    private typealias Reading = Task<MonthCosts, any Error>

    private let time: any TimeSource
    private let patience: Duration
    private let read: @Sendable (Month, CostDimension) async throws -> MonthCosts
    private var known: [Key: Known] = [:]
    private var underway: [Key: Reading] = [:]
    private var last: Reading?

    static let believedMilliseconds: Int64 = 60_000
    /// Readings that wait for one another.
    static let maximumUnderway = 8
    private static let maximumKnown = 64

    init(
        time: any TimeSource, patience: Duration = .seconds(10),
        read: @escaping @Sendable (Month, CostDimension) async throws -> MonthCosts
    ) {
        self.time = time
        self.patience = patience
        self.read = read
    }

    /// Throws `ConsoleReaderBusy` where it takes longer than patience lasts, or too many others wait.
    func costs(of month: Month, by dimension: CostDimension) async throws -> MonthCosts {
        let key = Key(month: month, dimension: dimension)
        if let known = known[key], isBelieved(known) { return known.costs }
        return try await result(of: try reading(key))
    }

    private func isBelieved(_ known: Known) -> Bool {
        (0..<Self.believedMilliseconds).contains(time.now().millisecondsSince(known.at))
    }

    private func reading(_ key: Key) throws -> Reading {
        if let reading = underway[key] { return reading }
        guard underway.count < Self.maximumUnderway else { throw ConsoleReaderBusy() }
        let reading = Reading { [last, read] in
            _ = await last?.result
            return try await read(key.month, key.dimension)
        }
        underway[key] = reading
        last = reading
        // Whoever asked may have left when it is there.
        Task { keep(await reading.result, key) }
        return reading
    }

    private func keep(_ result: Result<MonthCosts, any Error>, _ key: Key) {
        underway[key] = nil
        if underway.isEmpty { last = nil }
        guard case .success(let costs) = result else { return }
        known = known.filter { isBelieved($0.value) }
        if known.count >= Self.maximumKnown { known = [:] }
        known[key] = Known(costs: costs, at: time.now())
    }

    /// Not as a child task: leaving would wait for it.
    private func result(of reading: Reading) async throws -> MonthCosts {
        let (results, result) = AsyncStream<Result<MonthCosts, any Error>>.makeStream()
        let asking = Task { result.yield(await reading.result) }
        let waiting = Task { [patience] in
            try await Task.sleep(for: patience)
            result.yield(.failure(ConsoleReaderBusy()))
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        for await result in results { return try result.get() }
        throw CancellationError()
    }
}
