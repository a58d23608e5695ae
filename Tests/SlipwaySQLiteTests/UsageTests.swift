import Foundation
import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

/// What launches used, added up by the store.
@Suite("Usage")
struct UsageTests {
    static let facts: AgentTaskFacts = {
        var facts = AgentTaskFacts()
        facts.region = "eu-west-1"
        facts.capacityProvider = "FARGATE"
        facts.cpu = 1_024
        facts.memory = 2_048
        facts.pullStartedAt = Sample.time
        facts.stoppedAt = Sample.time.adding(seconds: 90)
        return facts
    }()

    private static let life: [LaunchEvent] = [
        .startPermitted, .agentTaskAccepted(AgentTaskID(rawValue: "arn:1"), placement: "FARGATE"),
        .runDescribed(RunFacts(requestedFor: "someone", projectName: "Fabrikam")),
        .agentTaskObserved(.stopped(AgentTaskStop(reason: "done", exitCode: 0)), facts), .registrationGone,
    ]

    private func store(_ launch: Launch, _ events: [LaunchEvent], in store: SQLiteStore) async throws -> Launch {
        try await store.commit(Sample.opening(launch))
        let transitions = launch.transitions(events)
        for transition in transitions { try await store.commit(LaunchBatch(transition)) }
        return transitions.last?.launch ?? launch
    }

    @Test("A closed launch is counted once in each dimension, and an open one as open")
    func dimensions() async throws {
        try await withStore { store, path in
            let closed = try await self.store(Sample.launch(request: 1), Self.life, in: store)
            #expect(!closed.isOpen)
            _ = try await self.store(Sample.launch(request: 2), Array(Self.life.prefix(2)), in: store)
            let keys: [CostDimension: [String?]] = [
                .project: ["be9b3917"], .pipeline: ["be9b3917/fabrikam-fiber"], .profile: ["small"], .pool: ["9"],
                .requester: ["someone", nil], .capacity: ["FARGATE", nil], .day: ["20416"],
            ]
            for dimension in CostDimension.allCases {
                let groups = try await withReader(path) { reader in
                    try await reader.usage(
                        by: dimension, from: Sample.time, to: Sample.time.adding(milliseconds: 1))
                }
                #expect(Set(groups.map(\.key)) == Set(keys[dimension] ?? []), "\(dimension)")
                #expect(groups.map(\.launches).reduce(0, +) == 2)
                #expect(groups.contains { $0.usage == .running(since: nil, nil) })
                #expect(
                    groups.contains {
                        if case .known(let unit, 90) = $0.usage { unit.region == "eu-west-1" } else { false }
                    })
            }
            let none = try await withReader(path) { reader in
                try await reader.usage(
                    by: .day, from: Sample.time.adding(milliseconds: 1), to: Sample.time.adding(seconds: 9))
            }
            #expect(none.isEmpty)
            #expect(try await withReader(path) { try await $0.projectNames() } == ["be9b3917": "Fabrikam"])
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("What an agent used is the cost of the job that it took; it is found by the one that it was made for")
    func anothersJob() async throws {
        try await withStore { store, path in
            let theirs = JobOrigin(
                projectID: "other", pipelineID: 7, pipelineName: "nightly", runID: 5, jobID: "AB", jobName: "Build")
            let life =
                Array(Self.life.prefix(2)) + [.jobObserved(JobRequestID(rawValue: 99), theirs)]
                + Array(Self.life.dropFirst(2))
            let stolen = try await self.store(Sample.launch(request: 1), life, in: store)
            let warm = try await self.store(Sample.warmLaunch(1), life, in: store)
            #expect(!stolen.isOpen && !warm.isOpen)
            try await withReader(path) { reader in
                for (dimension, key) in [(CostDimension.project, "other"), (.pipeline, "other/nightly")] {
                    let groups = try await reader.usage(
                        by: dimension, from: Sample.time, to: Sample.time.adding(milliseconds: 1))
                    #expect(groups.map(\.key) == [key])
                    #expect(groups.map(\.launches) == [2])
                }
                let listed = try await reader.launches(LaunchQuery(project: "other", pipeline: .name("nightly")))
                #expect(Set(listed.launches.map(\.id)) == [stolen.id, warm.id])
                #expect(try await reader.launches(LaunchQuery(project: "be9b3917")).launches.isEmpty)
                #expect(try await reader.launches(forJob: "ab", run: 5).map(\.id) == [warm.id])
                #expect(try await reader.launches(forJob: nil, run: 4_177).map(\.id) == [stolen.id])
            }
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("A job that an agent took and lost again leaves the launch as it was, and the store sound")
    func lostAgain() async throws {
        try await withStore { store, path in
            let theirs = JobOrigin(projectID: "other", pipelineName: "nightly", runID: 5, jobID: "AB")
            let job = JobRequestID(rawValue: 99)
            let taken = Array(Self.life.prefix(2)) + [.jobObserved(job, theirs)]
            let warm = try await self.store(Sample.warmLaunch(1), taken, in: store)
            #expect(try await withReader(path) { try await $0.launches(forJob: "ab", run: 5).map(\.id) } == [warm.id])
            #expect(try await verification(of: path).isSound)
            let stolen = try await self.store(
                Sample.launch(request: 1), taken + [.jobWithdrawn(job)] + Array(Self.life.suffix(2)), in: store)
            #expect(!stolen.isOpen && stolen.ran == nil)
            try await withReader(path) { reader in
                #expect(try await reader.launches(LaunchQuery(project: "be9b3917")).launches.map(\.id) == [stolen.id])
                #expect(try await reader.launches(LaunchQuery(project: "other")).launches.map(\.id) == [warm.id])
                let groups = try await reader.usage(
                    by: .project, from: Sample.time, to: Sample.time.adding(milliseconds: 1))
                #expect(Set(groups.map(\.key)) == ["be9b3917", "other"])
            }
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test("A store of version 1 is brought up to date: what its agent tasks used is unknown, and all else as it was")
    func migration() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file()
        let closed = Sample.launch(request: 1).transitions(Sample.life)
        let open = Sample.launch(request: 2)
        let never = Sample.launch(request: 3).transitions([
            .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "denied")),
            .quiesced(lookedAt: Sample.time), .agentTasksFound([], lookedAt: Sample.time.adding(seconds: 400)),
            .registrationGone,
        ])
        try Self.writeVersion1(
            path,
            [(Sample.launch(request: 1), closed), (open, []), (Sample.launch(request: 3), never)])
        await #expect(storeError { _ = try StoreReader(path: path) }?.message.contains("older version") == true)
        let store = try SQLiteStore(path: path)
        #expect(try await store.openLaunches() == [open])
        _ = try await self.store(Sample.launch(request: 4), Self.life, in: store)
        await store.close()
        let groups = try await withReader(path) { reader in
            try await reader.usage(by: .project, from: Sample.time, to: Sample.time.adding(seconds: 1))
        }
        let usages = groups.map(\.usage)
        #expect(groups.count == 4)
        #expect(groups.allSatisfy { $0.key == "be9b3917" && $0.launches == 1 })
        #expect(usages.contains(.unknown(.notRecorded)))
        #expect(usages.contains(.running(since: nil, nil)))
        #expect(usages.contains(.nothing) || never.last?.launch.isOpen == true)
        #expect(try await verification(of: path).isSound)
        #expect(try await withReader(path) { try await $0.launch(closed[0].launch.id) } == closed.last?.launch)
    }

    /// As a server of that version would have left it.
    private static func writeVersion1(
        _ path: String, _ launches: [(Launch, [LaunchTransition])]
    ) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: Schema.version1)
            try database.execute(
                sql: """
                    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('1')
                    """)
            var chain = LedgerChain()
            for (launch, transitions) in launches {
                for entry in [launch.openingEntry()] + transitions.flatMap(\.entries) {
                    let record = chain.seal(entry)
                    try database.execute(
                        sql: "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)",
                        arguments: [
                            record.sequence, record.at.milliseconds, record.kind, record.subject, record.facts,
                            Data(record.previousHash.bytes), Data(record.hash.bytes),
                        ])
                }
                let row = try LaunchRow(transitions.last?.launch ?? launch)
                try database.execute(
                    sql: "INSERT INTO launches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        row.id, row.version, row.pool, row.profile, row.request, row.ordinal, row.ran, row.state,
                        row.isOpen, row.canTakeJob, row.outcome, row.createdAt, row.stateSince, row.body,
                    ])
            }
        }
        try queue.close()
    }
}
