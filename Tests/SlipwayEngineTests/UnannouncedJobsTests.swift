import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct UnannouncedJobsTests {
    private let start = Timestamp(milliseconds: 1_795_500_000_000)

    private func request(_ id: Int64, queuedAt: Timestamp) -> JobRequest {
        JobRequest(
            id: JobRequestID(rawValue: id), queuedAt: queuedAt,
            origin: JobOrigin(projectID: "p", runID: Int(id), jobID: "j"))
    }

    private func hint(_ run: Int) -> JobHint { JobHint(scope: .job, state: .waiting, runID: run, jobID: "j") }

    @Test func aJobWhoseAnnouncementFoundNoRoomIsNotCounted() {
        let jobs = UnannouncedJobs(startedAt: start)
        // Of other pools, or forged by somebody who knows the secret.
        for run in 1...10_000 { jobs.add(hint(1_000_000 + run), at: start) }
        jobs.add(hint(7), at: start.adding(seconds: 5))
        let waiting = [request(7, queuedAt: start.adding(seconds: 4))]
        #expect(jobs.settle(waiting, at: start.adding(seconds: 6)) == nil)
        #expect(jobs.settle(waiting, at: start.adding(seconds: 70)) == nil)
        #expect(jobs.count == 0)
        // Once there is room again, those that nothing announced are counted again.
        let later = start.adding(seconds: 2_000)
        #expect(jobs.settle([request(8, queuedAt: later)], at: later) == nil)
        #expect(jobs.settle([request(8, queuedAt: later)], at: later.adding(seconds: 60))?.count == 1)
    }

    @Test func thoseOfTheLastHourAreForgottenWhenItIsOver() {
        let jobs = UnannouncedJobs(startedAt: start)
        _ = jobs.settle([request(7, queuedAt: start)], at: start.adding(seconds: 60))
        _ = jobs.settle([request(8, queuedAt: start)], at: start.adding(seconds: 1_800))
        #expect(jobs.recentCount(at: start.adding(seconds: 3_500)) == 2)
        #expect(jobs.recentCount(at: start.adding(seconds: 3_760)) == 1)
        #expect(jobs.recentCount(at: start.adding(seconds: 5_500)) == 0)
        #expect(jobs.count == 2, "the metric counts on")
    }
}
