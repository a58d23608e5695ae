import SlipwayConsole
import SlipwayCore

/// A reader over values; fails when `error` is set.
struct MemoryReader: ConsoleReader {
    struct Broken: Error {}

    var launches: [Launch] = []
    var records: [LedgerRecord] = []
    var names: [PoolID: String] = [:]
    var isBroken = false

    func launches(_ query: LaunchQuery) async throws -> LaunchPage {
        if isBroken { throw Broken() }
        let ordered = launches.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            .filter { query.states?.contains($0.state.name) ?? true }
            .filter { query.pool == nil || $0.pool == query.pool }
            .filter { launch in query.after.map { (launch.createdAt, launch.id) < ($0.createdAt, $0.id) } ?? true }
        let page = Array(ordered.prefix(query.limit))
        return LaunchPage(launches: page, next: ordered.count > page.count ? page.last.map(LaunchCursor.init) : nil)
    }

    func launch(_ id: LaunchID) async throws -> Launch? {
        if isBroken { throw Broken() }
        return launches.first { $0.id == id }
    }

    func records(of id: LaunchID, limit: Int) async throws -> [LedgerRecord] {
        if isBroken { throw Broken() }
        return Array(records.filter { $0.subject == id.rawValue }.prefix(limit))
    }

    func openCounts() async throws -> [OpenCount] {
        if isBroken { throw Broken() }
        return Dictionary(grouping: launches.filter(\.isOpen)) { [$0.pool.rawValue.description, $0.state.name] }
            .values.map { OpenCount(pool: $0[0].pool, state: $0[0].state.name, count: $0.count) }
    }

    func poolNames() async throws -> [PoolID: String] {
        if isBroken { throw Broken() }
        return names
    }
}
