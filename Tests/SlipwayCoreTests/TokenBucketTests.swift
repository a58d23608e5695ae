import SlipwayCore
import Testing

@Suite struct TokenBucketTests {
    private let start = Timestamp(milliseconds: 1_795_500_000_000)

    private func taken(_ bucket: inout TokenBucket, from: Timestamp, seconds: Int) -> Int {
        (0..<(seconds * 100)).count { bucket.take(at: from.adding(milliseconds: Int64($0) * 10)) == nil }
    }

    @Test func aThrottleHalvesTheRateAndEmptiesTheBucket() {
        var bucket = TokenBucket(capacity: 20, perSecond: 20, at: start)
        bucket.slow(at: start)
        #expect(bucket.rate == 10)
        #expect(bucket.take(at: start) == start.adding(milliseconds: 100))
        #expect((9...11).contains(taken(&bucket, from: start, seconds: 1)))
    }

    @Test func throttlesOfOneMomentCountOnce() {
        var bucket = TokenBucket(capacity: 20, perSecond: 20, at: start)
        for milliseconds in stride(from: Int64(0), to: 1_000, by: 50) {
            bucket.slow(at: start.adding(milliseconds: milliseconds))
        }
        #expect((10..<10.5).contains(bucket.rate))
        bucket.slow(at: start.adding(milliseconds: 1_000))
        #expect((5..<5.5).contains(bucket.rate))
    }

    @Test func theRateComesBackEvenlyWithinAMinute() {
        var bucket = TokenBucket(capacity: 20, perSecond: 20, at: start)
        bucket.slow(at: start)
        _ = bucket.take(at: start.adding(seconds: 15))
        #expect(bucket.rate == 15)
        _ = bucket.take(at: start.adding(seconds: 30))
        #expect(bucket.rate == 20)
        _ = bucket.take(at: start.adding(seconds: 86_400))
        #expect(bucket.rate == 20)
    }

    @Test func theRateHasAFloor() {
        var bucket = TokenBucket(capacity: 20, perSecond: 20, at: start)
        for second in 0..<20 { bucket.slow(at: start.adding(seconds: second)) }
        #expect(bucket.rate == 1)
        #expect(bucket.take(at: start.adding(seconds: 19)) == start.adding(seconds: 20))
    }

    @Test func aSlowBucketSavesUpLessAtOnce() {
        var bucket = TokenBucket(capacity: 20, perSecond: 20, at: start)
        for second in 0..<4 { bucket.slow(at: start.adding(seconds: second)) }
        let later = start.adding(seconds: 13)
        let rate = { (bucket: TokenBucket) in bucket.rate }
        var saved = 0
        while bucket.take(at: later) == nil { saved += 1 }
        #expect(Double(saved) <= rate(bucket))
        #expect(saved >= 1)
    }

    @Test func aClockThatJumpsBackRefillsNothingAndStillSlows() {
        var bucket = TokenBucket(capacity: 1, perSecond: 8, at: start)
        bucket.slow(at: start)
        let before = start.adding(seconds: -3_600)
        #expect(bucket.take(at: before) != nil)
        bucket.slow(at: before)
        #expect(bucket.rate == 2)
    }

    /// A service that allows five a second while we believe in twenty.
    @Test func aSmallerQuotaIsFoundAndUsed() {
        var ours = TokenBucket(capacity: 20, perSecond: 20, at: start)
        var theirs = TokenBucket(capacity: 5, perSecond: 5, at: start)
        var accepted = 0
        var throttled = 0
        for step in 0..<(600 * 100) {
            let now = start.adding(milliseconds: Int64(step) * 10)
            guard ours.take(at: now) == nil else { continue }
            if theirs.take(at: now) == nil {
                accepted += 1
            } else {
                throttled += 1
                ours.slow(at: now)
            }
        }
        #expect(accepted >= 2_400, "of 3,000 that were to be had")
        #expect(throttled <= accepted / 20)
    }
}
