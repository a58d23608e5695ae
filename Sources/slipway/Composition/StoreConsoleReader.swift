internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwayEngine
internal import SlipwaySQLite

/// What the console reads: the store, beside the engine that writes it.
struct StoreConsoleReader: ConsoleReader {
    let store: StoreReader
    let engine: Engine
    private let figures: FiguresCache
    private let costs: CostsCache

    /// - Parameter priceBookPath: where `prices` come from; nil: they are built in.
    init(store: StoreReader, engine: Engine, prices: PriceBook, priceBookPath: String?, time: any TimeSource) {
        self.store = store
        self.engine = engine
        figures = FiguresCache(time: time) { since, now, minutes in
            try await store.figures(since: since, until: now, minutes: minutes)
        }
        costs = CostsCache(time: time) { month, dimension in
            MonthCosts(
                month: month, dimension: dimension,
                table: try await store.costs(by: dimension, from: month.start, to: month.end, prices: prices),
                projectNames: try await store.projectNames(), prices: prices, priceBookPath: priceBookPath)
        }
    }

    func launches(_ query: SlipwayConsole.LaunchQuery) async throws -> SlipwayConsole.LaunchPage {
        let page = try await store.launches(
            SlipwaySQLite.LaunchQuery(query),
            after: query.after.flatMap { SlipwaySQLite.LaunchCursor("\($0.createdAt.milliseconds)_\($0.id)") },
            limit: query.limit)
        return SlipwayConsole.LaunchPage(
            launches: page.launches, unreadable: page.unreadable.map(\.id),
            next: page.next.map { SlipwayConsole.LaunchCursor(createdAt: $0.createdAt, id: $0.id) })
    }

    func launch(_ id: LaunchID) async throws -> Launch? { try await store.launch(id) }

    func records(before sequence: Int64, about subject: String?, limit: Int) async throws -> [RecordReading] {
        try await store.newestReadings(before: sequence, about: subject, limit: limit)
    }

    func deliveries(
        before number: Int64, disposition: Delivery.Disposition?, limit: Int
    ) async throws -> [RecordedDelivery] {
        try await store.deliveries(before: number, disposition: disposition, limit: limit).map(RecordedDelivery.init)
    }

    func delivery(_ number: Int64) async throws -> RecordedDelivery? {
        try await store.delivery(number).map(RecordedDelivery.init)
    }

    func deliveries(about origin: JobOrigin, limit: Int) async throws -> [RecordedDelivery] {
        try await store.deliveries(about: origin, limit: limit).map(RecordedDelivery.init)
    }

    func figures(ofLastMinutes minutes: Int) async throws -> LaunchFigures {
        try await figures.figures(ofLastMinutes: minutes)
    }

    func costs(of month: Month, by dimension: CostDimension) async throws -> MonthCosts {
        try await costs.costs(of: month, by: dimension)
    }

    func openCounts() async throws -> [OpenCount] {
        try await store.openCounts().flatMap { pool, states in
            states.map { OpenCount(pool: pool, state: $0.key, count: $0.value) }
        }
    }

    func poolNames() async throws -> [PoolID: String] { engine.poolNames }

    func changeCounter() async throws -> Int64 { try await store.head().sequence }
}

extension SlipwaySQLite.LaunchQuery {
    fileprivate init(_ query: SlipwayConsole.LaunchQuery) {
        self.init(
            pool: query.pool, profile: query.profile, project: query.project,
            pipeline: query.pipeline.map { text in Int(text).map(Pipeline.id) ?? .name(text) },
            run: query.run, request: query.request, states: query.states ?? [], outcome: query.outcome,
            since: query.since, until: query.until)
    }
}

extension RecordedDelivery {
    fileprivate init(_ delivery: StoredDelivery) {
        self.init(
            number: delivery.number, receivedAt: delivery.receivedAt, disposition: delivery.disposition,
            duplicateOf: delivery.duplicateOf, facts: delivery.facts)
    }
}
