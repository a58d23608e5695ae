import Foundation
import NIOHTTP1
import Testing

@testable import AzureDevOps

/// The pure functions that decide about waiting and repeating, by table.
@Suite struct SendingRulesTests {
    private static let now = Date(timeIntervalSince1970: 1_770_000_000)

    @Test(
        arguments: [
            ([:], nil),
            (["Retry-After": "0"], nil),
            (["Retry-After": "7"], 7),
            (["Retry-After": "0.5"], 0.5),
            (["Retry-After": "-5"], nil),
            (["Retry-After": "nan"], nil),
            (["Retry-After": "soon"], nil),
            (["Retry-After": "Mon, 02 Feb 2026 02:41:40 GMT"], 100),
            (["Retry-After": "Mon, 02 Feb 2026 02:00:00 GMT"], nil),
            // Nobody can silence us for longer than this.
            (["Retry-After": "99999999"], 900),
            (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1770000060"], 60),
            (["X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1770000060"], nil),
            (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1769999999"], nil),
            (["X-RateLimit-Remaining": "0"], nil),
            (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4000000000"], 900),
            // What the service asks for outright counts more than what can be computed.
            (["Retry-After": "3", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1770000060"], 3),
            (["X-RateLimit-Delay": "2.5"], nil),
        ] as [([String: String], Double?)])
    func theHeadersAskForThisPause(_ headers: [String: String], _ seconds: Double?) {
        let limit = RateLimit(HTTPHeaders(headers.map { ($0.key, $0.value) }), now: Self.now)
        let pause = limit?.notBefore.map { $0.timeIntervalSince(Self.now) }
        #expect(pause == seconds)
    }

    @Test func headersWithoutLimitsSayNothing() {
        #expect(RateLimit(HTTPHeaders([("Content-Type", "text/plain"), ("Retry-After", "x")]), now: Self.now) == nil)
    }

    @Test(arguments: [
        (0.0, RateLimitVerdict.refuse(.seconds(60))),
        (29.0, .refuse(.seconds(31))),
        (30.0, .wait(.seconds(30))),
        (59.5, .wait(.milliseconds(500))),
        (60.0, .proceed),
        (61.0, .proceed),
    ])
    func aPauseIsWaitedOutOnlyIfItIsShort(_ later: Double, _ verdict: RateLimitVerdict) {
        var record = RateLimitRecord()
        record.observe(RateLimit(retryAfter: .seconds(60), observed: Self.now))
        #expect(record.verdict(at: Self.now.addingTimeInterval(later), longestWait: .seconds(30)) == verdict)
    }

    @Test func aPauseGoesWithAClockThatIsSetBack() {
        var record = RateLimitRecord()
        record.observe(RateLimit(retryAfter: .seconds(20), observed: Self.now))
        let earlier = Self.now.addingTimeInterval(-7_200)
        #expect(record.verdict(at: earlier, longestWait: .seconds(30)) == .wait(.seconds(20)))
        #expect(record.verdict(at: earlier.addingTimeInterval(15), longestWait: .seconds(30)) == .wait(.seconds(5)))
        #expect(record.verdict(at: earlier.addingTimeInterval(20), longestWait: .seconds(30)) == .proceed)
    }

    @Test func anAnswerThatAsksForNothingDoesNotEndAPauseThatAnotherAskedFor() {
        var record = RateLimitRecord()
        #expect(record.verdict(at: Self.now, longestWait: .zero) == .proceed)
        record.observe(RateLimit(retryAfter: .seconds(60), observed: Self.now))
        record.observe(RateLimit(remaining: 100, observed: Self.now))
        record.observe(RateLimit(retryAfter: .seconds(2), observed: Self.now))
        #expect(record.verdict(at: Self.now, longestWait: .seconds(90)) == .wait(.seconds(60)))
        #expect(record.latest?.retryAfter == .seconds(2))
    }

    private static let policy = RetryPolicy(
        maximumAttempts: 4,
        firstBackoff: .milliseconds(250),
        longestBackoff: .milliseconds(800),
        longestWait: .seconds(30)
    )

    @Test(arguments: [
        (AzureDevOpsError.Code.server, 1, true, 0.0, RetryPolicy.Verdict.retry(after: .zero)),
        (.server, 1, true, 0.5, .retry(after: .milliseconds(125))),
        (.server, 2, true, 0.5, .retry(after: .milliseconds(250))),
        (.server, 3, true, 0.5, .retry(after: .milliseconds(400))),
        (.server, 4, true, 0.5, .stop),
        (.server, 1, false, 0.5, .stop),
        (.timeout, 1, true, 1.0, .retry(after: .milliseconds(250))),
        (.unreachable, 1, true, 1.0, .retry(after: .milliseconds(250))),
        (.throttled, 1, true, 1.0, .retry(after: .milliseconds(250))),
        (.throttled, 1, false, 1.0, .stop),
        (.notSignedIn, 1, true, 0.5, .stop),
        (.accessDenied, 1, true, 0.5, .stop),
        (.notFound, 1, true, 0.5, .stop),
        (.conflict, 1, true, 0.5, .stop),
        (.agentBusy, 1, true, 0.5, .stop),
        (.invalidRequest, 1, true, 0.5, .stop),
        (.malformedAnswer, 1, true, 0.5, .stop),
        (.answerTooLarge, 1, true, 0.5, .stop),
        (.invalidConfiguration, 1, true, 0.5, .stop),
    ])
    func aFailureIsRepeatedOrNot(
        _ code: AzureDevOpsError.Code,
        _ attempt: Int,
        _ isIdempotent: Bool,
        _ random: Double,
        _ verdict: RetryPolicy.Verdict
    ) {
        let error = AzureDevOpsError(code, "")
        #expect(Self.policy.verdict(error, attempt: attempt, isIdempotent: isIdempotent, random: random) == verdict)
    }

    @Test(arguments: [(0, RetryPolicy.Verdict.retry(after: .zero)), (30, .retry(after: .seconds(30))), (31, .stop)])
    func aRetryAfterIsKeptToTheLetterOrNotAtAll(_ seconds: Int, _ verdict: RetryPolicy.Verdict) {
        let error = AzureDevOpsError(.throttled, "", retryAfter: .seconds(seconds))
        #expect(Self.policy.verdict(error, attempt: 1, isIdempotent: true, random: 0.9) == verdict)
    }
}
