internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwayEngine
internal import SlipwaySQLite

/// What the console reads: the store, beside the engine that writes it.
struct StoreConsoleReader: ConsoleReader {
    let store: StoreReader
    let engine: Engine

    func launches(_ query: SlipwayConsole.LaunchQuery) async throws -> SlipwayConsole.LaunchPage {
        let page = try await store.launches(
            SlipwaySQLite.LaunchQuery(pool: query.pool, states: query.states ?? []),
            after: query.after.flatMap { SlipwaySQLite.LaunchCursor("\($0.createdAt.milliseconds)_\($0.id)") },
            limit: query.limit)
        return SlipwayConsole.LaunchPage(
            launches: page.launches,
            next: page.next.map { SlipwayConsole.LaunchCursor(createdAt: $0.createdAt, id: $0.id) })
    }

    func launch(_ id: LaunchID) async throws -> Launch? { try await store.launch(id) }

    func records(of id: LaunchID, limit: Int) async throws -> [LedgerRecord] {
        try await store.records(about: id.rawValue, limit: limit)
    }

    func openCounts() async throws -> [OpenCount] {
        try await store.openCounts().flatMap { pool, states in
            states.map { OpenCount(pool: pool, state: $0.key, count: $0.value) }
        }
    }

    func poolNames() async throws -> [PoolID: String] { engine.poolNames }
}
