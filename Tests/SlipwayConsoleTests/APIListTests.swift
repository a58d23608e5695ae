import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import SlipwayConsole
import SlipwayCore
import Testing

@Suite("The API's lists and answers")
struct APIListTests {
    private func object(_ path: String, _ console: Console) async throws -> [String: Any] {
        let response = try await World.get(path, from: console)
        #expect(response.status == .ok, "\(path): \(response.text)")
        return try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
    }

    @Test("A page of launches goes on where it ended, though newer launches have come since")
    func stablePaging() async throws {
        var reader = MemoryReader(launches: (1...6).map { World.launch($0) })
        let first = try await object("/api/v1/launches?limit=3", World.console(reader))
        let cursor = try #require(first["nextCursor"] as? String)
        reader.launches += (7...9).map { World.launch($0) }
        let second = try await object("/api/v1/launches?limit=3&cursor=\(cursor)", World.console(reader))
        let ids = (second["launches"] as? [[String: Any]])?.compactMap { $0["id"] as? String }
        #expect(ids == ["abc123-7-3-1", "abc123-7-2-1", "abc123-7-1-1"])
        #expect(second["nextCursor"] == nil)
        #expect(!cursor.contains("abc123"), "a cursor invites nobody to make one up")
    }

    @Test(
        "Launches are filtered by each parameter",
        arguments: [
            ("profile=small", 3), ("profile=large", 0), ("project=p-1", 1), ("project=none", 0),
            ("pipeline=nightly", 1), ("pipeline=12", 1), ("pipeline=hourly", 0), ("outcome=failed", 1),
            ("outcome=ran", 0), ("since=2025-11-24T15:43:21Z", 3), ("since=2025-11-24T15:43:22Z", 2),
            ("until=2025-11-24T15:43:22Z", 1), ("since=2025-11-25", 0), ("pool=7&state=closed&outcome=failed", 1),
        ])
    func launchFilters(query: String, count: Int) async throws {
        let failed = LaunchState.closed(LaunchOutcome(kind: .failed, reason: "no room"))
        let reader = MemoryReader(launches: [
            World.launch(1), World.launch(2, state: failed, origin: JobOrigin(projectID: "p-1", pipelineID: 12)),
            World.launch(3, pool: 9, origin: JobOrigin(pipelineName: "hourly-1")),
        ])
        let list = try await object("/api/v1/launches?" + query, World.console(reader))
        #expect((list["launches"] as? [Any])?.count == count)
    }

    @Test("A launch that can't be read is named beside the others, in the API and on the page")
    func unreadableLaunch() async throws {
        var reader = MemoryReader(launches: [World.launch(1)])
        #expect(try await object("/api/v1/launches", World.console(reader))["unreadable"] == nil)
        reader.unreadable = ["abc<b>"]
        let list = try await object("/api/v1/launches", World.console(reader))
        #expect(list["unreadable"] as? [String] == ["abc<b>"])
        #expect((list["launches"] as? [Any])?.count == 1)
        let page = try await World.get("/launches", from: World.console(reader)).text
        #expect(page.contains("abc&lt;b&gt;. Run <code>slipway ledger verify</code>"))
        #expect(page.contains("abc123-7-1-1"))
    }

    @Test("Deliveries and records come newest first, page by page")
    func deliveriesAndRecords() async throws {
        let launch = World.launch(1)
        let console = try World.console(
            MemoryReader(
                launches: [launch], records: World.records(of: launch),
                deliveries: [World.delivery(1), World.delivery(2, .rejected), World.delivery(3)]))
        let first = try await object("/api/v1/deliveries?limit=2", console)
        #expect((first["deliveries"] as? [[String: Any]])?.compactMap { $0["number"] as? Int } == [3, 2])
        let cursor = try #require(first["nextCursor"] as? String)
        let rest = try await object("/api/v1/deliveries?limit=2&cursor=\(cursor)", console)
        #expect((rest["deliveries"] as? [[String: Any]])?.compactMap { $0["number"] as? Int } == [1])
        let rejected = try await object("/api/v1/deliveries?disposition=rejected", console)
        #expect((rejected["deliveries"] as? [Any])?.count == 1)
        let one = try await object("/api/v1/deliveries/2", console)
        #expect((one["facts"] as? [String: Any])?["run"] as? Int == 4_177)
        let records = try await object("/api/v1/records?limit=1", console)
        #expect((records["records"] as? [[String: Any]])?.compactMap { $0["sequence"] as? Int } == [2])
        #expect(records["nextCursor"] != nil)
        let about = try await object("/api/v1/records?subject=nobody", console)
        #expect((about["records"] as? [Any])?.isEmpty == true)
    }

    @Test("Pools, placements and hooks are as the engine tells them")
    func live() async throws {
        let console = try World.console(live: StandingEngine.busy)
        let pools = try await object("/api/v1/pools", console)
        let pool = try #require((pools["pools"] as? [[String: Any]])?.first)
        let profiles = try #require(pool["profiles"] as? [[String: Any]])
        #expect(profiles[0]["starting"] as? Int == 2 && profiles[0]["busy"] as? Int == 3)
        #expect((profiles[1]["paused"] as? [String: Any])?["by"] as? String == "ops")
        let waiting = try #require((pool["waitingJobs"] as? [[String: Any]])?.first)
        #expect(waiting["reason"] as? String == "profile large is paused")
        let placements = try await object("/api/v1/placements", console)
        let rungs = try #require(placements["placements"] as? [[String: Any]])
        #expect(rungs.map { $0["isLeftOut"] as? Bool } == [true, false, false])
        let hooks = try await object("/api/v1/hooks", console)
        #expect((hooks["troubles"] as? [[String: Any]])?.first?["state"] as? String == "onProbation")
    }

    @Test("Health tells what is wrong, what is worth knowing and what ends")
    func health() async throws {
        let console = try World.console(
            checks: [
                ReadinessCheck(name: "pool x") { "gone" }, ReadinessCheck(name: "hooks", isNote: true) { "late" },
            ],
            expiries: [Expiry(name: "certificate", at: World.now)])
        let health = try await object("/api/v1/health", console)
        #expect(health["status"] as? String == "notReady")
        #expect((health["problems"] as? [[String: Any]])?.map { $0["name"] as? String } == ["pool x"])
        #expect((health["notes"] as? [Any])?.count == 1)
        #expect((health["expiries"] as? [[String: Any]])?.first?["name"] as? String == "certificate")
    }

    @Test("The same answer isn't sent twice")
    func entityTag() async throws {
        let console = try World.console(MemoryReader(launches: [World.launch(1)]))
        let first = try await World.get("/api/v1/launches", from: console)
        let tag = try #require(first.headers[.eTag])
        for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            let again = try await World.get("/api/v1/launches", from: console, headers: [.ifNoneMatch: known])
            #expect(again.status == .notModified && again.body.readableBytes == 0)
            #expect(again.headers[.eTag] == tag)
        }
        let other = try World.console(MemoryReader(launches: [World.launch(1), World.launch(2)]))
        let changed = try await World.get("/api/v1/launches", from: other, headers: [.ifNoneMatch: tag])
        #expect(changed.status == .ok && changed.headers[.eTag] != tag)
    }
}
