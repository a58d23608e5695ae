import Foundation
import SlipwayCore
import Testing

@testable import slipway

/// `slipway simulate`, run as a user runs it.
@Suite struct SimulateCommandTests {
    private struct Setting {
        let store: AuditStore
        let directory: TemporaryDirectory

        init() async throws {
            store = try await AuditStore()
            directory = try TemporaryDirectory()
            try write(
                "warm.yaml", "        container: agent\n        warm: [{ agents: 2 }]\n")
            try write("now.yaml", "        container: agent\n")
            try write("other.yaml", "        container: agent\n", name: "tiny")
        }

        private func write(_ file: String, _ lines: String, name: String = "small") throws {
            let text = try Fixture.base(replacing: "        container: agent\n", with: lines)
                .replacing("name: small", with: "name: \(name)")
                .replacing("aws:", with: "store: { path: \(store.path) }\naws:")
            try text.write(toFile: directory.path(file), atomically: true, encoding: .utf8)
        }

        func simulate(_ arguments: String...) throws -> BuiltProgram.Result {
            try BuiltProgram.run(["simulate", "--from", "ledger"] + arguments)
        }

        var now: String { directory.path("now.yaml") }
        var warm: String { directory.path("warm.yaml") }
    }

    @Test func `What was recorded stands beside each policy`() async throws {
        let setting = try await Setting()
        let result = try setting.simulate(
            "-c", setting.now, "--since", "2025-11-24", "--until", "2025-11-25", "--policy", setting.warm)
        #expect(result.status == 0, "\(result.messages)")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines[0].split(separator: " ").map(String.init) == ["RECORDED", setting.now, setting.warm])
        func cells(_ name: String) -> [String]? {
            lines.first { $0.hasPrefix(name) }?.dropFirst(name.count).split(
                separator: " ", omittingEmptySubsequences: true
            )
            .map(String.init)
        }
        #expect(cells("jobs that had an agent") == ["1", "1", "1"])
        #expect(cells("jobs that never had one") == ["-", "0", "0"])
        // Two at a time from ten minutes before the first was recorded, at 16:00, until midnight, each replaced after four hours.
        #expect(cells("launches") == ["1", "1", "6"])
        #expect(!result.output.contains("it is not recorded when they were queued"))
    }

    @Test func `As JSON it has every figure exactly`() async throws {
        let setting = try await Setting()
        let result = try setting.simulate(
            "-c", setting.now, "--since", "2025-11-24", "--until", "2025-11-25", "--policy", setting.warm, "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let columns = try #require(report["columns"] as? [[String: Any]])
        #expect(columns.map { $0["policy"] as? String } == [nil, setting.now, setting.warm])
        #expect(columns.map { $0["jobs"] as? Int } == [1, 1, 1])
        let waits = columns.compactMap { $0["waitP50Milliseconds"] as? Int }
        #expect(waits.count == 3 && waits[0] == 102_000 && waits[2] < waits[1])
        let costs = columns.compactMap { ($0["cost"] as? String).flatMap(Money.init(decimal:)) }
        #expect(costs.count == 3 && costs[0] > .zero && costs[2] > costs[1])
        #expect(report["pool"] as? Int == 7)
    }

    @Test func `With a store alone the policies are compared, and no configuration is read`() async throws {
        let setting = try await Setting()
        let result = try setting.simulate(
            "--store", setting.store.path, "--since", "2025-11-24", "--until", "2025-11-25", "--policy", setting.now,
            "--policy", setting.warm,
            "--json")
        #expect(result.status == 0, "\(result.messages)")
        #expect(try setting.simulate("--store", setting.store.path, "--since", "2025-11-24").status == 2)
    }

    @Test func `What can't be replayed is told in a line that says what to do`() async throws {
        let setting = try await Setting()
        let cases: [(arguments: [String], status: Int32, words: String)] = [
            (["-c", setting.now, "--since", "2025-13-01"], 2, "take a day such as"),
            (["-c", setting.now, "--since", "2999-01-01"], 2, "not in the future"),
            (
                ["-c", setting.now, "--since", "2025-11-24", "--until", "2025-11-24"], 2,
                "--since must be before --until"
            ),
            (["-c", setting.now, "--since", "2025-11-25"], 1, "no launch was made between"),
            (["-c", setting.now, "--since", "2025-11-24", "--pool-id", "8"], 1, "no launch was made between"),
            (
                ["-c", setting.now, "--since", "2025-11-24", "--pool", "ecs-windows"], 2,
                "has no pool “ecs-windows”; it has ecs-linux"
            ),
            (
                ["-c", setting.now, "--since", "2025-11-24", "--policy", setting.directory.path("other.yaml")], 2,
                "lacks: small; it has tiny"
            ),
            (["-c", setting.now, "--since", "2025-11-24", "--policy", "/nowhere.yaml"], 2, "/nowhere.yaml"),
            (["-c", setting.now, "--from", "nowhere", "--since", "2025-11-24"], 2, "from"),
        ]
        for item in cases {
            let result = try BuiltProgram.run(["simulate"] + item.arguments)
            #expect(result.status == item.status, "\(item.arguments): \(result.messages)")
            #expect(result.messages.contains(item.words), "\(item.arguments): \(result.messages)")
            #expect(result.output.isEmpty)
        }
    }
}
