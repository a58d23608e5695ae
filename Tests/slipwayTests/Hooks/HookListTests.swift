import Foundation
import SlipwayAzurePipelines
import SlipwayCore
import Testing

@testable import slipway

@Suite struct HookListTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    @Test func `Ours, foreign ones and what is missing`() async throws {
        let hooks = FakeHooks([
            .job("b", "Waiting"), .job("c", "Running", .onProbation, differences: ["messagesToSend"]),
            .job("x", "Completed", elsewhere: "https://slipway.example.com:443/other"),
            .of("d", HookSubject(publisherID: "tfs", eventType: "build.complete", filter: ["projectId": "p1"])),
        ])
        hooks.notify("b", HookNotice(at: Self.now.adding(seconds: -65), result: "succeeded"))
        hooks.notify("c", HookNotice(at: nil, result: "failed"))
        let list = try await HookList.read(hooks.services, projects: nil)
        #expect(
            list.text(now: Self.now) == """
                PROJECT   EVENT                                   STATUS       LAST NOTIFICATION        SUBSCRIPTION  NOTE
                shipyard  build.complete                          enabled      none known               d             none that Slipway needs
                shipyard  job-state-changed jobStateId=Running    onProbation  failed                   c             other than Slipway makes it: messagesToSend
                shipyard  job-state-changed jobStateId=Waiting    enabled      succeeded 1 min 5 s ago  b
                shipyard  job-state-changed jobStateId=Completed  enabled                               x             not Slipway's, it sends to https://slipway.example.com:443/other

                """)
        #expect(
            list.remarks == [
                "shipyard lacks job-state-changed jobStateId=Completed: slipway hooks install",
                "shipyard lacks run-state-changed: slipway hooks install",
                "shipyard lacks stage-state-changed: slipway hooks install",
            ])
        #expect(hooks.changes.isEmpty)
    }

    @Test func `As JSON`() async throws {
        let hooks = FakeHooks([.job("b", "Waiting")])
        hooks.notify("b", HookNotice(at: Self.now, result: "succeeded"))
        let text = try JSONText.of(try await HookList.read(hooks.services, projects: nil).resource)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let first = try #require((json["subscriptions"] as? [[String: Any]])?.first)
        #expect(first["event"] as? String == HookSubject.jobEventType)
        #expect(first["filter"] as? [String: String] == ["jobStateId": "Waiting"])
        #expect(first["project"] as? String == "shipyard")
        #expect(first["lastResult"] as? String == "succeeded")
        #expect(first["lastNotificationAt"] as? String == "2027-01-15T08:00:00.000Z")
        #expect((json["missing"] as? [Any])?.count == 4)
    }

    @Test func `Only the projects that are asked about, and what one without any lacks`() async throws {
        let hooks = FakeHooks(SurveyedSubscription.all(of: "p1") + SurveyedSubscription.all(of: "p2"))
        let other = HookProject(id: "p2", name: "drydock")
        let list = try await HookList.read(hooks.services, projects: [other])
        #expect(list.rows.map(\.project) == Array(repeating: "drydock", count: 5))
        #expect(list.remarks.isEmpty)
        let none = try await HookList.read(hooks.services, projects: [HookProject(id: "p3", name: "quay")])
        #expect(none.rows.isEmpty && none.missing.count == 5)
    }

    @Test func `A history that can't be read is said once, and the list is there`() async throws {
        let hooks = FakeHooks(SurveyedSubscription.all())
        for index in 0..<5 { hooks.fail("notice p1-\(index)", with: .forbidden) }
        let list = try await HookList.read(hooks.services, projects: nil)
        #expect(list.rows.count == 5)
        #expect(list.remarks.count == 1)
        #expect(list.remarks.first?.hasPrefix("the last notifications can't be read") == true)
    }

    @Test func `Of very many the first are asked about`() async throws {
        let many = (0...HookList.maximumNotices).map { SurveyedSubscription.job("\($0)", "Waiting") }
        let list = try await HookList.read(FakeHooks(many).services, projects: nil)
        #expect(list.rows.count == many.count)
        #expect(list.remarks.last?.contains("give --project") == true)
    }

    @Test func `Nothing is listed in words`() async throws {
        let list = try await HookList.read(FakeHooks().services, projects: nil)
        #expect(list.text(now: Self.now).contains("slipway hooks install"))
    }
}
