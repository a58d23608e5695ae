import SlipwayCore
import Testing

@testable import SlipwayMetrics

@Suite("What is remembered of queued jobs")
struct QueuedJobsTests {
    let start = Timestamp(milliseconds: 1_764_000_000_000)

    private func request(_ id: Int64, run: Int) -> JobRequest {
        JobRequest(id: JobRequestID(rawValue: id), queuedAt: start, origin: JobOrigin(runID: run, jobID: "J-\(id)"))
    }

    private func hint(_ run: Int, job: String, state: JobHint.State = .waiting, scope: JobHint.Scope = .job) -> JobHint
    {
        JobHint(scope: scope, state: state, runID: run, jobID: job)
    }

    @Test("Only that a job waits announces one, and letter case doesn't count")
    func keys() {
        #expect(QueuedJobs.Key(hint(1, job: "j-1")) == QueuedJobs.Key(JobOrigin(runID: 1, jobID: "J-1")))
        #expect(QueuedJobs.Key(hint(1, job: "j-1", state: .running)) == nil)
        #expect(QueuedJobs.Key(hint(1, job: "j-1", scope: .stage)) == nil)
        #expect(QueuedJobs.Key(JobOrigin()) == nil)
    }

    @Test("Neither jobs nor announcements grow without bound")
    func bounds() throws {
        var jobs = QueuedJobs()
        let count = QueuedJobs.maximumJobs + 500
        let requests = (1...count).map { request(Int64($0), run: $0) }
        _ = jobs.read(requests, askedAt: start) { _ in "small" }
        #expect(jobs.waiting["small"]?.count == count, "what isn't remembered is counted all the same")
        #expect((1...count).count { jobs[JobRequestID(rawValue: Int64($0))] != nil } == QueuedJobs.maximumJobs)
        for number in 1...(QueuedJobs.maximumAnnouncements + 500) {
            jobs.announce(try #require(QueuedJobs.Key(hint(number, job: "x"))), at: start)
        }
        // A quarter of an hour later all of it is forgotten, and there is room.
        let later = start.adding(milliseconds: QueuedJobs.rememberedMilliseconds + 60_000)
        _ = jobs.read([], askedAt: later) { _ in nil }
        #expect(jobs[JobRequestID(rawValue: 1)] == nil && jobs.waiting.isEmpty)
        let last = request(Int64(count + 1), run: count + 1)
        jobs.announce(try #require(QueuedJobs.Key(last.origin)), at: later)
        #expect(jobs.read([last], askedAt: later.adding(seconds: 1)) { _ in nil }.count == 1)
    }

    @Test("The demands of a job are looked at once, however often it is listed")
    func matchedOnce() {
        var jobs = QueuedJobs()
        var matched = 0
        for second in 0..<5 {
            _ = jobs.read([request(1, run: 1)], askedAt: start.adding(seconds: second)) { _ in
                matched += 1
                return "small"
            }
        }
        #expect(matched == 1)
    }
}
