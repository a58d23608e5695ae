import Testing

@testable import SlipwayCore

@Suite struct DeliveryTests {
    private func delivery(
        _ hint: JobHint?, eventID: String? = "e", subscription: String? = "s", notification: Int64? = 1
    ) -> Delivery {
        Delivery(
            receivedAt: start, disposition: .accepted, eventID: eventID, subscriptionID: subscription,
            notificationID: notification, account: "acc", hint: hint, bodyDigest: LedgerChain.genesis, bodyBytes: 10,
            source: "192.0.2.1")
    }

    @Test func theSameJobInstanceInTheSameStateIsADuplicateWhateverItsIds() {
        let hint = JobHint(scope: .job, state: .waiting, projectID: "p", runID: 1, jobID: "j")
        #expect(
            delivery(hint, eventID: "one", notification: 1).key == delivery(hint, eventID: "two", notification: 2).key)
    }

    @Test func anotherRunAttemptOrStateIsNot() {
        let base = JobHint(scope: .job, state: .waiting, projectID: "p", runID: 1, jobID: "j", attempt: 1)
        let others = [
            JobHint(scope: .job, state: .running, projectID: "p", runID: 1, jobID: "j"),
            JobHint(scope: .job, state: .waiting, projectID: "p", runID: 2, jobID: "j"),
            JobHint(scope: .job, state: .waiting, projectID: "p", runID: 1, jobID: "j", attempt: 2),
            JobHint(scope: .stage, state: .waiting, projectID: "p", runID: 1, jobID: "j"),
        ]
        for other in others { #expect(delivery(other).key != delivery(base).key) }
    }

    @Test func withoutAHintTheEventAndThenTheNotificationCounts() {
        #expect(delivery(nil).key == "event:e")
        #expect(delivery(nil, eventID: nil).key == "notification:s|1")
        #expect(delivery(nil, eventID: nil, subscription: nil).key == nil)
    }
}
