@testable import AWSClient
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ECSEventReadingTests {
    private func event(replacing old: String = "", with new: String = "") throws -> String {
        let text = try Fixture.text("events/task-stopped.json")
        precondition(old.isEmpty || text.contains(old), "the fixture holds \(old)")
        return old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)
    }

    private func task(_ body: String) -> ECSTask? {
        guard case .task(let event) = ECSEventReading(body) else { return nil }
        return event.task
    }

    @Test func aStopIsReadAsDescribeTasksWouldTellIt() throws {
        guard case .task(let event) = ECSEventReading(try event()) else {
            Issue.record("it was not read as an event of a task")
            return
        }
        #expect(event.id == "3317b2af-7005-947d-b652-f55e762e571a")
        #expect(event.account == "111122223333")
        #expect(event.region == "eu-west-1")
        let task = event.task
        #expect(task.taskARN.hasSuffix("/c13b4cb40f1f4fe4a2971f76ae5a47ad"))
        #expect(task.clusterARN?.hasSuffix("cluster/agents") == true)
        #expect(task.startedBy == "slipway/a1b2c3-44-1001-1")
        #expect(task.isStopped)
        #expect(task.version == 5)
        #expect(task.stop(container: "agent")?.exitCode == 0)
        #expect(task.stop(container: "proxy")?.exitCode == 143)
        #expect(task.stop(container: "agent")?.cause == .exited)
        let seconds = try #require(task.stoppedAt).timeIntervalSince(try #require(task.startedAt))
        #expect(abs(seconds - 736.209) < 0.001)
    }

    @Test func anAccountMayBeMissingAndUnknownMembersAreIgnored() throws {
        let body = try event(replacing: #""account": "111122223333","#, with: #""novelty": [{"a": null}],"#)
        #expect(task(body)?.version == 5)
    }

    @Test(arguments: [
        (#""source": "aws.ecs""#, #""source": "com.example""#),
        (#""ECS Task State Change""#, #""ECS Service Action""#),
    ])
    func anotherEventIsTold(old: String, new: String) throws {
        guard case .other = ECSEventReading(try event(replacing: old, with: new)) else {
            Issue.record("it was not read as another event")
            return
        }
    }

    @Test func anotherEventsNamesAreFitForALog() {
        let reading = ECSEventReading(
            #"{"source":"a\nb\u0007","detail-type":"\#(String(repeating: "x", count: 5_000))"}"#)
        guard case .other(let source, let detailType) = reading else {
            Issue.record("it was not read as another event")
            return
        }
        #expect(source == "a b")
        #expect(detailType.count <= 101)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "{", "\u{0}", "not json", #"{"source":1,"detail-type":"ECS Task State Change"}"#,
        #"{"source":"aws.ecs","detail-type":"ECS Task State Change"}"#,
        #"{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":null}"#,
        #"{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{}}"#,
        #"{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{"taskArn":""}}"#,
        #"{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{"taskArn":"a","version":"x"}}"#,
        #"{"source":"aws.ecs","detail-type":"ECS Task State Change","detail":{"taskArn":"a","startedAt":"soon"}}"#,
    ])
    func whatIsNoEventIsUnreadable(_ body: String) {
        guard case .unreadable = ECSEventReading(body) else {
            Issue.record("it was read: \(body)")
            return
        }
    }

    @Test func everyPrefixOfAnEventIsUnreadable() throws {
        let text = try event().trimmingCharacters(in: .whitespacesAndNewlines)
        for length in stride(from: 0, to: text.count, by: 7) {
            guard case .unreadable = ECSEventReading(String(text.prefix(length))) else {
                Issue.record("a part of \(length) characters was read")
                return
            }
        }
    }

    @Test func sizeAndDepthAreBounded() throws {
        func reason(_ body: String) -> String? {
            if case .unreadable(let reason) = ECSEventReading(body) { reason } else { nil }
        }
        let large = try event(
            replacing: "Essential container in task exited",
            with: String(repeating: "x", count: ECSEventReading.bodyMaximumBytes))
        #expect(reason(large)?.contains("larger than") == true)
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(reason(deep)?.contains("nested deeper") == true)
        let deepObject = String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40)
        #expect(reason(deepObject)?.contains("nested deeper") == true)
        // Brackets in a text are no nesting, behind an escaped quotation mark neither.
        let texts = try event(
            replacing: "Essential container in task exited", with: #"\"\\"# + String(repeating: "[{", count: 100))
        #expect(task(texts)?.isStopped == true)
    }
}
