import SlipwayCore
import Testing

@testable import SlipwayReceiver

@Suite("From a body to a delivery")
struct DeliveryReadingTests {
    private func read(_ text: String) -> Delivery { read(Array(text.utf8)) }

    private func read(_ bytes: [UInt8]) -> Delivery {
        let body = RequestBody(content: .bytes(bytes), byteCount: bytes.count, isComplete: true)
        return Delivery.reading(body, from: "192.0.2.1", at: Timestamp(milliseconds: 5)).delivery
    }

    @Test("The capture of a completed job is read in full")
    func capture() throws {
        let delivery = read(try Hook.sample("ms.vss-pipelines.job-state-changed-event.completed.capture"))
        #expect(delivery.disposition == .accepted && delivery.reason == nil)
        #expect(delivery.eventType == "ms.vss-pipelines.job-state-changed-event")
        #expect(delivery.subscriptionID == "00000000-0000-0000-0000-000000000000")
        #expect(delivery.notificationID == 15)
        #expect(delivery.eventID == "11111111-1111-1111-1111-111111111111")
        #expect(delivery.hint?.scope == .job && delivery.hint?.state == .completed && delivery.hint?.runID == 1000)
        #expect(delivery.source == "192.0.2.1" && delivery.receivedAt == Timestamp(milliseconds: 5))
    }

    @Test(
        "What each event hints at",
        arguments: [
            ("ms.vss-pipelines.job-state-changed-event.waiting.constructed", JobHint.Scope.job, JobHint.State.waiting),
            ("ms.vss-pipelines.job-state-changed-event.running.constructed", .job, .running),
            ("ms.vss-pipelines.job-state-changed-event.inProgress.constructed", .job, .running),
            ("ms.vss-pipelines.stage-state-changed-event.completed.capture", .stage, .completed),
            ("ms.vss-pipelines.run-state-changed-event.inProgress.capture", .run, .running),
        ])
    func hints(sample: String, scope: JobHint.Scope, state: JobHint.State) throws {
        let hint = try #require(read(try Hook.sample(sample)).hint)
        #expect(hint.scope == scope && hint.state == state && hint.runID != nil)
    }

    @Test(
        "States that nothing waits for are ignored, with the reason",
        arguments: [
            ("notStarted", "nothing waits for an agent yet"), ("canceling", "being cancelled is not over yet"),
            ("hibernating", "its state is none that is known"),
        ])
    func ignoredStates(state: String, reason: String) {
        let delivery = read(
            #"{"eventType":"ms.vss-pipelines.stage-state-changed-event","resource":{"projectId":"p","run":{"id":1},"#
                + #""stage":{"id":"s","state":"\#(state)"}}}"#)
        #expect(delivery.disposition == .ignored && delivery.hint == nil)
        #expect(delivery.reason == reason)
    }

    @Test("The canceling of a run is not mistaken for its completion")
    func cancelingIsNotCompleted() {
        let event = { (state: String) in
            #"{"eventType":"ms.vss-pipelines.run-state-changed-event","id":"\#(state)","resource":{"projectId":"p","#
                + #""run":{"id":1,"state":"\#(state)"}}}"#
        }
        #expect(read(event("canceling")).key != read(event("completed")).key)
    }

    @Test("Build completed and run completed of one run are the same fact")
    func sameFact() {
        let run =
            #"{"eventType":"ms.vss-pipelines.run-state-changed-event","resource":{"projectId":"p","run":{"id":1,"state":"completed"}}}"#
        let build = #"{"eventType":"build.complete","resource":{"id":1,"project":{"id":"P"},"result":"succeeded"}}"#
        #expect(read(run).key == read(build).key)
    }

    @Test("A body that was not read to its end says so")
    func incomplete() {
        let digest = [UInt8](repeating: 7, count: 32)
        let body = RequestBody(content: .tooLarge(digest), byteCount: 99, isComplete: false)
        let delivery = Delivery.reading(body, from: "a", at: Timestamp(milliseconds: 0)).delivery
        #expect(delivery.disposition == .rejected && delivery.bodyDigest.bytes == digest)
        #expect(delivery.reason == "the body goes on after 99 bytes, which is too large")
        #expect(delivery.key == nil)
    }
}
