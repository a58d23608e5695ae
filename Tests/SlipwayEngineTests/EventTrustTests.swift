import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct EventTrustTests {
    private let start = Timestamp(milliseconds: 1_795_500_000_000)
    private let agentTask = AgentTaskID(rawValue: "arn:task/1")

    private func trusted() -> EventTrust {
        let trust = EventTrust { _ in }
        trust.read(hasTold: true, at: start)
        return trust
    }

    @Test func aStopWhoseEventIsUnderWayIsNoReasonForDoubt() {
        let trust = trusted()
        trust.saw(stopOf: agentTask, at: start)
        trust.settle(at: start.adding(seconds: 29))
        #expect(trust.isTrusted)
        trust.told(stopOf: agentTask, at: start.adding(seconds: 29))
        trust.settle(at: start.adding(seconds: 1_000))
        #expect(trust.isTrusted)
    }

    @Test func aStopThatNoEventTellsInTimeEndsIt() {
        let trust = trusted()
        trust.saw(stopOf: agentTask, at: start)
        // Seen again, it is no younger.
        trust.saw(stopOf: agentTask, at: start.adding(seconds: 20))
        trust.read(hasTold: false, at: start.adding(seconds: 30))
        #expect(!trust.isTrusted)
        trust.read(hasTold: true, at: start.adding(seconds: 31))
        #expect(trust.isTrusted)
    }

    /// The event is quicker than the answer to a look that was under way.
    @Test func aStopThatAnEventHasToldIsNotMissed() {
        let trust = trusted()
        trust.told(stopOf: agentTask, at: start)
        trust.saw(stopOf: agentTask, at: start.adding(seconds: 1))
        trust.settle(at: start.adding(seconds: 40))
        #expect(trust.isTrusted)
    }

    @Test func tooManyStopsThatWaitForTheirEventsEndItAtOnce() {
        let trust = trusted()
        for number in 0...10_000 { trust.saw(stopOf: AgentTaskID(rawValue: "arn:\(number)"), at: start) }
        #expect(!trust.isTrusted)
    }
}
