import SlipwayCore
import SlipwaySQLite
import SlipwaySandbox
import Testing

/// Simulated services, and the store of the product that works with them.
protocol World: Sendable {
    var sandbox: Sandbox { get }
    var database: String { get }
}

extension World {
    /// Every wait of a test; generous, since a slow machine is no fault of the product's.
    static var patience: Duration { .seconds(60) }

    /// Waits until every job is over and every launch closed, then checks what must hold after everything.
    func expectTheEnd(
        allJobsSucceed: Bool = true, within limit: Duration = patience,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withReader { reader in
            try await sandbox.wait(for: "the end", within: limit) { sandbox in
                guard sandbox.jobs.allSatisfy({ $0.state == .completed }), sandbox.leftovers().isEmpty else {
                    return false
                }
                let counts = try await reader.counts()
                return counts.launches > 0 && counts.openLaunches == 0
            }
            let verification = try await reader.verify()
            #expect(
                verification.isSound, "\(String(describing: verification.fault))", sourceLocation: sourceLocation)
        }
        if allJobsSucceed {
            let others = sandbox.jobs.filter { $0.result != .succeeded }
            #expect(others.isEmpty, "\(others)", sourceLocation: sourceLocation)
        }
        let names = sandbox.agentTasks.compactMap(\.agentName)
        #expect(Set(names).count == names.count, "an agent task was started twice", sourceLocation: sourceLocation)
        #expect(sandbox.tokenSightings().isEmpty, sourceLocation: sourceLocation)
    }

    func launches() async throws -> [Launch] {
        try await withReader { try await $0.launches(limit: 1_000).launches }
    }

    func records() async throws -> [LedgerRecord] {
        try await withReader { try await $0.records(limit: 1_000) }
    }

    func counts() async throws -> StoreCounts {
        try await withReader { try await $0.counts() }
    }

    @discardableResult
    func queue(_ jobs: QueuedRun.Job...) throws -> Int { try sandbox.queue(QueuedRun(jobs: jobs)) }

    private func withReader<Result: Sendable>(_ body: (StoreReader) async throws -> Result) async throws -> Result {
        try await StoreReader.with(path: database, body)
    }
}

extension QueuedRun.Job {
    static func job(_ name: String = "build", demands: [String] = [], seconds: Int = 30) -> Self {
        .init(name: name, demands: demands, duration: .seconds(seconds))
    }
}
