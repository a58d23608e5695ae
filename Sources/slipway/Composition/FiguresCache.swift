internal import SlipwayCore

/// Figures that are some seconds old at most: however many look at the overview, the store counts once.
actor FiguresCache {
    private let time: any TimeSource
    private let read: @Sendable (Timestamp, Timestamp, Bool) async throws -> LaunchFigures
    private var known: [Int: LaunchFigures] = [:]
    private var reading: [Int: Task<LaunchFigures, any Error>] = [:]

    static let believedMilliseconds: Int64 = 5_000
    /// Of so short a while each minute is counted too.
    private static let minutesAreCountedUpTo = 60

    init(
        time: any TimeSource, read: @escaping @Sendable (Timestamp, Timestamp, Bool) async throws -> LaunchFigures
    ) {
        self.time = time
        self.read = read
    }

    func figures(ofLastMinutes minutes: Int) async throws -> LaunchFigures {
        let now = time.now()
        if let figures = known[minutes], (0..<Self.believedMilliseconds).contains(now.millisecondsSince(figures.until))
        {
            return figures
        }
        if let reading = reading[minutes] { return try await reading.value }
        let task = Task { [read] in
            try await read(now.adding(seconds: -60 * minutes), now, minutes <= Self.minutesAreCountedUpTo)
        }
        reading[minutes] = task
        defer { reading[minutes] = nil }
        let figures = try await task.value
        known[minutes] = figures
        return figures
    }
}
