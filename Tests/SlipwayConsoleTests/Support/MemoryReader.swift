import SlipwayConsole
import SlipwayCore

/// A reader over values; fails when `isBroken` is set.
struct MemoryReader: ConsoleReader {
    struct Broken: Error {}

    var launches: [Launch] = []
    var records: [LedgerRecord] = []
    var deliveries: [RecordedDelivery] = []
    var names: [PoolID: String] = [:]
    var figures = LaunchFigures(since: World.now, until: World.now)
    var isBroken = false
    var isSlow = false
    /// Launches that can't be read, on each page.
    var unreadable: [String] = []
    /// Sequences of records that can't be read.
    var damaged: [Int64] = []
    var usage = MemoryUsage()
    var projectNames: [String: String] = [:]

    private func check() throws { if isBroken { throw Broken() } }

    func launches(_ query: LaunchQuery) async throws -> LaunchPage {
        try check()
        let asked = launches.filter { query.request == nil || [$0.request, $0.ran].contains(query.request) }
            .filter { query.run == nil || $0.origin.runID == query.run }
        let ordered = asked.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            .filter { query.states?.contains($0.state.name) ?? true }
            .filter { query.pool == nil || $0.pool == query.pool }
            .filter { query.profile == nil || $0.profile == query.profile }
            .filter { query.project == nil || $0.origin.projectID == query.project }
            .filter { launch in
                query.pipeline.map {
                    launch.origin.pipelineName == $0 || launch.origin.pipelineID.map(String.init) == $0
                } ?? true
            }
            .filter { query.outcome == nil || $0.outcome?.kind == query.outcome }
            .filter { launch in query.since.map { launch.createdAt >= $0 } ?? true }
            .filter { launch in query.until.map { launch.createdAt < $0 } ?? true }
            .filter { launch in query.after.map { (launch.createdAt, launch.id) < ($0.createdAt, $0.id) } ?? true }
        let page = Array(ordered.prefix(query.limit))
        return LaunchPage(
            launches: page, unreadable: unreadable,
            next: ordered.count > page.count ? page.last.map(LaunchCursor.init) : nil)
    }

    func launch(_ id: LaunchID) async throws -> Launch? {
        try check()
        return launches.first { $0.id == id }
    }

    func records(before sequence: Int64, about subject: String?, limit: Int) async throws -> [RecordReading] {
        try check()
        let torn = damaged.map { RecordReading.unreadable(sequence: $0, why: "its texts are torn") }
        let all = records.map(RecordReading.record) + torn
        return Array(
            all.sorted { $0.sequence > $1.sequence }
                .filter { $0.sequence < sequence }
                .filter { subject == nil || $0.record == nil || $0.record?.subject == subject }
                .prefix(limit))
    }

    func costs(of month: Month, by dimension: CostDimension) async throws -> MonthCosts {
        try check()
        guard !isSlow else { throw ConsoleReaderBusy() }
        let prices = PriceBook(
            currency: "USD", asOf: "2025-11-01",
            prices: [
                .init(
                    region: "r", platform: .linuxX86, vCPUHour: Money(nanos: Money.nanosPerUnit), gigabyteHour: .zero)
            ])
        return MonthCosts(
            month: month, dimension: dimension,
            table: try await usage.costs(by: dimension, from: month.start, to: month.end, prices: prices),
            projectNames: projectNames, prices: prices, priceBookPath: nil)
    }

    func deliveries(
        before number: Int64, disposition: Delivery.Disposition?, limit: Int
    ) async throws -> [RecordedDelivery] {
        try check()
        return Array(
            deliveries.reversed()
                .filter { $0.number < number && (disposition == nil || $0.disposition == disposition) }.prefix(limit))
    }

    func delivery(_ number: Int64) async throws -> RecordedDelivery? {
        try check()
        return deliveries.first { $0.number == number }
    }

    /// Those whose facts name the run.
    func deliveries(about origin: JobOrigin, limit: Int) async throws -> [RecordedDelivery] {
        try check()
        guard let run = origin.runID else { return [] }
        return Array(deliveries.filter { $0.facts.contains("\"run\":\(run),") }.prefix(limit))
    }

    func figures(ofLastMinutes minutes: Int) async throws -> LaunchFigures {
        try check()
        return figures
    }

    func openCounts() async throws -> [OpenCount] {
        try check()
        return Dictionary(grouping: launches.filter(\.isOpen)) { [$0.pool.rawValue.description, $0.state.name] }
            .values.map { OpenCount(pool: $0[0].pool, state: $0[0].state.name, count: $0.count) }
    }

    func poolNames() async throws -> [PoolID: String] {
        try check()
        return names
    }

    func changeCounter() async throws -> Int64 {
        try check()
        return records.last?.sequence ?? 0
    }
}

/// What was used in one month, whatever it is asked by.
struct MemoryUsage: UsagePort {
    var month = Month(World.now)
    var groups: [UsageGroup] = []

    static let unit = UsageUnit(
        region: "r", capacity: "FARGATE", platform: .linuxX86, cpu: 1_024, memory: 1_024, storage: 20)

    func usage(
        by dimension: CostDimension, from start: Timestamp, to end: Timestamp
    ) async throws(StoreError) -> [UsageGroup] { month.start == start ? groups : [] }
}
