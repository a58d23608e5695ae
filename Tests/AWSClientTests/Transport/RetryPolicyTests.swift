@testable import AWSClient
import Testing

@Suite struct RetryPolicyTests {
    private func error(
        _ classification: AWSError.Classification, code: AWSError.Code = .init(rawValue: "X"), unknown: Bool = false
    ) -> AWSError {
        var error = AWSError(code, classification, message: "")
        error.isOutcomeUnknown = unknown
        return error
    }

    /// Every classification × outcome known or not × repeatable or not × every attempt.
    @Test func onlyThrottlesAndTransientFailuresAreRetriedAndOnlyWhenARepetitionDoesNoHarm() {
        let policy = RetryPolicy(attemptsMaximum: 3)
        for classification in AWSError.Classification.allCases {
            for unknown in [false, true] {
                for isRepeatable in [false, true] {
                    for attempt in 1...4 {
                        let decision = policy.decide(
                            after: error(classification, unknown: unknown), attempt: attempt,
                            isRepeatable: isRepeatable,
                            mended: [], random: 0.5
                        )
                        let isRetried: Bool
                        if case .wait = decision { isRetried = true } else { isRetried = false }
                        let expected =
                            (classification == .throttle || classification == .transient)
                            && (isRepeatable || !unknown) && attempt < 3
                        #expect(
                            isRetried == expected,
                            "\(classification), unknown \(unknown), repeatable \(isRepeatable), attempt \(attempt)"
                        )
                    }
                }
            }
        }
    }

    @Test func pausesGrowFromTheirBaseToTheCapAndJitterOverTheWholeOfIt() {
        let policy = RetryPolicy(attemptsMaximum: 40)
        func pause(_ classification: AWSError.Classification, _ attempt: Int, _ random: Double) -> Duration? {
            let decision = policy.decide(
                after: error(classification), attempt: attempt, isRepeatable: true, mended: [], random: random
            )
            if case .wait(let pause, _) = decision { return pause }
            return nil
        }
        for (attempt, ceiling) in [(1, 1.0), (2, 2), (3, 4), (4, 8), (5, 16), (6, 20), (30, 20)] {
            #expect(pause(.throttle, attempt, 0) == .zero)
            #expect(pause(.throttle, attempt, 0.5) == .seconds(ceiling / 2))
        }
        #expect(pause(.transient, 1, 0.5) == .seconds(0.025))
        #expect(pause(.transient, 3, 0.5) == .seconds(0.1))
        #expect(pause(.transient, 39, 0.999).map { $0 <= .seconds(20) } == true)
    }

    @Test func theServicesOwnWaitIsHonouredWithinBounds() {
        func pause(asked: Duration) -> RetryDecision {
            var throttled = error(.throttle)
            throttled.retryAfter = asked
            return RetryPolicy().decide(after: throttled, attempt: 1, isRepeatable: true, mended: [], random: 0.5)
        }
        let cost = RetryBudget.retryCost
        #expect(pause(asked: .milliseconds(100)) == .wait(.milliseconds(500), cost: cost))
        #expect(pause(asked: .seconds(3)) == .wait(.seconds(3), cost: cost))
        #expect(pause(asked: .seconds(60)) == .wait(.milliseconds(5_500), cost: cost))
    }

    @Test(arguments: [
        "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId",
        "InvalidSignatureException", "SignatureDoesNotMatch",
    ])
    func refusedCredentialsAreRenewedOnce(code: String) {
        let refused = error(.expiredCredentials, code: .init(rawValue: code))
        func decide(_ mended: Set<Remedy>) -> RetryDecision {
            RetryPolicy().decide(after: refused, attempt: 3, isRepeatable: false, mended: mended, random: 0)
        }
        #expect(decide([]) == .renewCredentials)
        #expect(decide([.clock]) == .renewCredentials)
        #expect(decide([.credentials]) == .stop(.alreadyMended))
    }

    @Test func aWrongClockIsCorrectedOnce() {
        var skewed = error(.clockSkew, code: .init(rawValue: "SignatureDoesNotMatch"))
        skewed.clockOffsetSeconds = -300
        func decide(_ mended: Set<Remedy>) -> RetryDecision {
            RetryPolicy().decide(after: skewed, attempt: 1, isRepeatable: false, mended: mended, random: 0)
        }
        #expect(decide([]) == .correctClock(offsetSeconds: -300))
        #expect(decide([.clock]) == .stop(.alreadyMended))
    }

    @Test func theBudgetEndsRetriesAndSuccessesFillIt() {
        var budget = RetryBudget()
        var granted = 0
        while budget.withdraw(RetryBudget.retryCost) { granted += 1 }
        #expect(granted == 100)
        for _ in 0..<4 { budget.recordSuccess(lastRetryCost: nil) }
        let isGrantedTooEarly = budget.withdraw(RetryBudget.retryCost)
        #expect(!isGrantedTooEarly)
        budget.recordSuccess(lastRetryCost: nil)
        let isGranted = budget.withdraw(RetryBudget.retryCost)
        #expect(isGranted)
        budget.recordSuccess(lastRetryCost: RetryBudget.timeoutCost)
        #expect(budget.available == 10)
        for _ in 0..<1_000 { budget.recordSuccess(lastRetryCost: nil) }
        #expect(budget.available == RetryBudget.capacity)
    }

    @Test func aTimeoutTakesMoreFromTheBudget() {
        let timedOut = error(.transient, code: .timedOut, unknown: true)
        let decision = RetryPolicy().decide(after: timedOut, attempt: 1, isRepeatable: true, mended: [], random: 0)
        #expect(decision == .wait(.zero, cost: 10))
    }
}
