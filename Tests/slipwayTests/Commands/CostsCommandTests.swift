import Foundation
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

/// `slipway costs`, run as a user runs it.
@Suite struct CostsCommandTests {
    private struct Store {
        let directory: TemporaryDirectory
        var path: String { directory.path("slipway.db") }
        let launches: [Launch]

        /// Launches of two projects: on demand, on Spot, where there is no price, on instances, and one that is open.
        init() async throws {
            directory = try TemporaryDirectory()
            let store = try SQLiteStore(path: directory.path("slipway.db"))
            var launches: [Launch] = []
            for (index, place) in [
                ("us-east-1", "FARGATE"), ("us-east-1", "FARGATE_SPOT"), ("mars-1", "FARGATE"),
                ("us-east-1", "instances"), ("us-east-1", ""),
            ].enumerated() {
                launches.append(try await Self.launch(index + 1, place.0, place.1, in: store))
            }
            await store.close()
            self.launches = launches
        }

        private static func launch(
            _ request: Int, _ region: String, _ capacity: String, in store: SQLiteStore
        ) async throws -> Launch {
            let at = Day("2026-11-0\(request)")!.start.adding(seconds: 3_600)
            var facts = AgentTaskFacts()
            facts.region = region
            facts.capacityProvider = capacity
            facts.cpu = 1_024
            facts.memory = 2_048
            facts.pullStartedAt = at.adding(seconds: 10)
            facts.stoppedAt = at.adding(seconds: 3_610)
            let id = JobRequestID(rawValue: Int64(request))
            var launch = Launch(
                id: LaunchID(
                    organization: OrganizationKey(rawValue: "abcdef"), pool: PoolID(rawValue: 7), request: id,
                    ordinal: 1),
                pool: PoolID(rawValue: 7), profile: "small", request: id, ordinal: 1,
                origin: JobOrigin(
                    projectID: request < 3 ? "p1" : "p2", pipelineName: "build\u{1B}[31m", runID: 7, runName: "r"),
                reason: "a test", createdAt: at)
            try await store.commit(LaunchBatch(inserts: [launch], entries: [launch.openingEntry()]))
            var events: [LaunchEvent] = [
                .startPermitted, .agentTaskAccepted(AgentTaskID(rawValue: "arn:\(request)"), placement: capacity),
                .runDescribed(
                    RunFacts(
                        requestedFor: "someone", branch: "refs/heads/main", commit: "f0e1", projectName: "Fabrikam")),
            ]
            if !capacity.isEmpty {
                events += [
                    .agentTaskObserved(.stopped(AgentTaskStop(reason: "done", exitCode: 0)), facts), .registrationGone,
                ]
            }
            for (index, event) in events.enumerated() {
                guard let step = launch.applying(event, at: at.adding(seconds: index), rules: LaunchRules()) else {
                    continue
                }
                try await store.commit(LaunchBatch(step))
                launch = step.launch
            }
            return launch
        }
    }

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let result = try BuiltProgram.run(["costs", "--json"] + arguments)
        #expect(result.status == 0, "\(result.messages)")
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    @Test func `The month's costs are a table whose rows add up, and what is unknown is said`() async throws {
        let store = try await Store()
        let result = try BuiltProgram.run("costs", "--store", store.path, "--month", "2026-11", "--by", "project")
        #expect(result.status == 0, "\(result.messages)")
        #expect(!result.output.unicodeScalars.contains { $0 != "\n" && isHarmful($0) })
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines[0] == "PROJECT   LAUNCHES  SECONDS  COST (USD)   UNKNOWN  OPEN")
        // One hour of 1 vCPU and 2 GB: 0.04937 on demand and 0.014811 on Spot.
        #expect(lines[1] == "Fabrikam  2         7200     0.064181000  0        0")
        #expect(lines[2] == "Fabrikam  3         7200     0.000000000  2        1")
        #expect(lines[3] == "TOTAL     5         14400    0.064181000  2        1")
        #expect(result.output.contains("Unknown for 1: the price book has no price"))
        #expect(result.output.contains("Unknown for 1: on EC2 capacity"))
        #expect(result.output.contains("1 launches are not closed and not counted yet."))
    }

    @Test func `Rows add up to the total in every dimension`() async throws {
        let store = try await Store()
        for by in CostsBy.allCases {
            let report = try json(["--store", store.path, "--month", "2026-11", "--by", by.rawValue])
            let rows = try #require(report["rows"] as? [[String: Any]])
            let total = try #require(report["total"] as? [String: Any])
            let sum = rows.compactMap { ($0["cost"] as? String).flatMap(Money.init(decimal:))?.nanos }
                .reduce(0, +)
            #expect(Money(nanos: sum).description == total["cost"] as? String)
            #expect(total["cost"] as? String == "0.064181000", "\(by)")
            #expect(rows.compactMap { $0["launches"] as? Int }.reduce(0, +) == 5)
        }
        let requesters = try json(["--store", store.path, "--month", "2026-11", "--by", "requester"])
        #expect((requesters["rows"] as? [[String: Any]])?.compactMap { $0["key"] as? String } == ["someone"])
        let days = try json(["--store", store.path, "--month", "2026-11", "--by", "day"])
        #expect((days["rows"] as? [[String: Any]])?.first?["key"] as? String == "2026-11-01")
    }

    @Test func `A span is from its first day on and before its last`() async throws {
        let store = try await Store()
        func launches(_ arguments: String...) throws -> Int? {
            (try json(["--store", store.path] + arguments)["total"] as? [String: Any])?["launches"] as? Int
        }
        #expect(try launches("--since", "2026-11-02", "--until", "2026-11-04") == 2)
        #expect(try launches("--until", "2026-11-02") == 1)
        #expect(try launches("--month", "2026-10") == 0)
    }

    @Test func `An operator's own prices are used`() async throws {
        let store = try await Store()
        let file = try TemporaryFile(
            """
            currency: EUR
            asOf: 2026-11-01
            prices:
              - { region: us-east-1, platform: linux-x86, capacity: FARGATE, vCPUHour: 1, gigabyteHour: 0.25 }

            """, extension: "yaml")
        let report = try json(["--store", store.path, "--month", "2026-11", "--price-book", file.path])
        #expect(report["currency"] as? String == "EUR")
        #expect((report["total"] as? [String: Any])?["cost"] as? String == "1.500000000")
    }

    @Test(arguments: [
        ["--month", "2026-13"], ["--month", "x"], ["--since", "2026-02-30"], ["--by", "moon"],
        ["--month", "2026-11", "--since", "2026-11-01"], ["--since", "2026-11-02", "--until", "2026-11-01"],
        ["--price-book", "/nonexistent.yaml", "--store", "/dev/null"],
    ])
    func `Wrong usage is refused`(_ arguments: [String]) throws {
        let result = try BuiltProgram.run(["costs"] + arguments)
        #expect(result.status == 2)
        #expect(!result.messages.isEmpty)
    }

    @Test func `A launch is shown with its cost, and with what an auditor asks`() async throws {
        let store = try await Store()
        let result = try BuiltProgram.run("launches", "show", "abcdef-7-1-1", "--store", store.path)
        #expect(result.output.contains("0.049370000 USD, an estimate for 3600 s from the download of its image"))
        #expect(result.output.contains("someone"))
        #expect(result.output.contains("refs/heads/main at f0e1"))
        let json = try BuiltProgram.run("launches", "show", "abcdef-7-3-1", "--json", "--store", store.path)
        #expect(json.output.contains("\"unknownBecause\" : \"the price book has no price"))
    }
}
