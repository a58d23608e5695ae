import SlipwayCore
import SlipwaySQLite

/// What the command line asks of a large store, each timed three times, with the best figure.
struct StoreQueries {
    private let path: String

    init(_ path: String) { self.path = path }

    func measure() async throws {
        let reader = try StoreReader(path: path)
        let newest = try await reader.launches(limit: 1).launches.first
        guard let newest else { return print("the store holds no launch: generate it first") }
        let month = Month(newest.createdAt.adding(seconds: -31 * 86_400))
        for dimension in CostDimension.allCases {
            let groups = try await time("costs of \(month) by \(dimension)") {
                try await reader.usage(by: dimension, from: month.start, to: month.end)
            }
            print("    \(groups.map(\.launches).reduce(0, +)) launches in \(groups.count) groups")
        }
        _ = try await time("newest 50 launches") { try await reader.launches(limit: 50) }
        _ = try await time("newest 50 deliveries") { try await reader.deliveries(limit: 50) }
        var query = DeliveryQuery()
        query.run = newest.origin.runID
        let wanted = query
        _ = try await time("deliveries of a run (reads all keys)") { try await reader.deliveries(wanted) }
        if let request = newest.request {
            _ = try await time("launches of a job request") { try await reader.launches(forRequest: request) }
        }
        _ = try await time("launches of a job") {
            try await reader.launches(forJob: newest.origin.jobID, run: newest.origin.runID)
        }
        _ = try await time("records of a launch") { try await reader.records(about: newest.id.rawValue) }
        await reader.close()
    }

    private func time<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
        var best = Duration.seconds(3_600)
        var value = try await body()
        for _ in 0..<3 {
            let clock = ContinuousClock()
            let start = clock.now
            value = try await body()
            best = min(best, clock.now - start)
        }
        print("\(name): \(Int(best / .milliseconds(1))) ms")
        return value
    }
}
