import Testing

@testable import SlipwayCore

@Suite struct LaunchWatchingTests {
    private let taken = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")
    private let held = LaunchEvent.jobObserved(JobRequestID(rawValue: 4711))

    @Test func onlyABusyOneThatIsSeenToCanWaitAMinute() {
        let busy = launch(after: [.startPermitted, taken, held])
        #expect(busy.isBusy)
        #expect(!busy.isMoving)
        // Its agent is still to be disabled.
        #expect(busy.isTimed)
        let seenTo = launch(after: [.startPermitted, taken, held, .agentDisabled])
        #expect(seenTo.isBusy)
        #expect(!seenTo.isTimed)
        // Its agent task is still to be found.
        let unknown = launch(after: [.startPermitted, held, .agentDisabled])
        #expect(unknown.isBusy)
        #expect(unknown.isTimed)
        #expect(newLaunch().isTimed)
    }
}
