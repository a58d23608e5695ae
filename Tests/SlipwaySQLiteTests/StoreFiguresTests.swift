import SlipwayCore
import Testing

@testable import SlipwaySQLite

@Suite("What the console asks the store")
struct StoreFiguresTests {
    @Test("Figures of a while: made, ended, failed with reasons, and how long each stage took")
    func figures() async throws {
        try await withStore { store, path in
            let ran = Sample.launch(request: 1).after(Sample.life)
            let refused: [LaunchEvent] = [
                .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "no such <subnet>")),
                .agentTasksFound([], lookedAt: Sample.time.adding(seconds: 100_000)), .registrationGone,
            ]
            let failed = (2...4).map { Sample.launch(request: $0).after(refused) }
            let old = Sample.launch(request: 9, at: Sample.time.adding(seconds: -86_400)).after(Sample.life)
            let open = Sample.launch(request: 10, at: Sample.time.adding(seconds: 61))
            #expect(failed.allSatisfy { !$0.isOpen })
            try await store.commit(LaunchBatch(inserts: [ran] + failed + [old, open]))
            try await withReader(path) { (reader) async throws in
                let figures = try await reader.figures(
                    since: Sample.time, until: Sample.time.adding(seconds: 120), minutes: true)
                #expect(figures.made == 5)
                #expect(figures.madePerMinute == [4, 1])
                #expect(figures.outcomes == [.ran: 1, .failed: 3])
                #expect(figures.failures.map(\.count) == [3])
                #expect(figures.failures.first?.reason == "no such <subnet>")
                #expect(figures.phases.first { $0.stage == .running }?.medianMilliseconds == 1_000)
                #expect(try await reader.figures(since: Sample.time.adding(seconds: 999), until: Sample.time).made == 0)
            }
        }
    }

    @Test("However many fail and for however many reasons, each is counted, by when it was closed")
    func manyFailures() async throws {
        try await withStore { store, path in
            func failed(_ request: Int64, _ reason: String, at: Timestamp = Sample.time) -> Launch {
                Sample.launch(request: request, at: at).after([
                    .startPermitted, .startRefused(StartRefusal(kind: .permanent, message: reason)),
                    .agentTasksFound([], lookedAt: Sample.time.adding(seconds: 100_000)), .registrationGone,
                ])
            }
            // Made before the while that is looked at, and closed in it.
            var launches = (1...1_100).map { failed($0, "no such subnet", at: Sample.time.adding(seconds: -3_600)) }
            launches += (2_001...2_030).map { failed($0, "reason \($0)") }
            try await store.commit(LaunchBatch(inserts: launches))
            try tamper(path, "UPDATE launches SET body = 'nonsense' WHERE request = 2030")
            try await withReader(path) { (reader) async throws in
                let closed = try #require(launches.first).stateSince
                let figures = try await reader.figures(since: closed, until: Sample.time.adding(seconds: 120))
                #expect(figures.outcomes == [.failed: 1_130])
                #expect(figures.failures.first?.reason == "no such subnet" && figures.failures.first?.count == 1_100)
                #expect(figures.failures.count == LaunchFigures.maximumReasons)
                #expect(figures.failures.map(\.count).reduce(0, +) + figures.otherFailures == figures.failed)
                let later = try await reader.figures(since: closed.adding(seconds: 1), until: closed)
                #expect(later.failures.first { $0.reason == "no such subnet" } == nil)
                #expect(later.failures.contains { $0.reason == "no reason known" })
            }
        }
    }

    @Test("Launches of a run, and those that were made for a job request or ran it, in the list's order")
    func ofRequestAndRun() async throws {
        try await withStore { store, path in
            let made = Sample.launch(request: 7)
            let again = Sample.launch(request: 7, pool: PoolID(rawValue: 10), at: Sample.time.adding(seconds: 5))
            let other = Sample.launch(request: 8, at: Sample.time.adding(seconds: 9)).after([
                .startPermitted, .agentTaskAccepted(AgentTaskID(rawValue: "arn"), placement: "FARGATE"),
                .agentTaskObserved(.running),
                .agentObserved(PoolAgent(id: AgentID(rawValue: 8), name: "slipway-x", isOnline: true)),
                .jobObserved(JobRequestID(rawValue: 7)),
            ])
            #expect(other.ran == JobRequestID(rawValue: 7))
            let none = Sample.launch(request: 9)
            try await store.commit(LaunchBatch(inserts: [made, again, other, none]))
            try await withReader(path) { (reader) async throws in
                func ids(_ query: LaunchQuery) async throws -> [LaunchID] {
                    var (ids, cursor): ([LaunchID], LaunchCursor?) = ([], nil)
                    repeat {
                        let page = try await reader.launches(query, after: cursor, limit: 1)
                        ids += page.launches.map(\.id)
                        cursor = page.next
                    } while cursor != nil
                    return ids
                }
                let request = JobRequestID(rawValue: 7)
                #expect(try await ids(LaunchQuery(request: request)) == [other.id, again.id, made.id])
                #expect(try await ids(LaunchQuery(pool: Sample.pool, request: request)) == [other.id, made.id])
                #expect(
                    try await ids(LaunchQuery(request: request, since: Sample.time.adding(seconds: 5)))
                        == [other.id, again.id])
                #expect(try await ids(LaunchQuery(run: 4_177)).count == 4)
                #expect(try await ids(LaunchQuery(run: 4_177, request: JobRequestID(rawValue: 9))) == [none.id])
                #expect(try await ids(LaunchQuery(run: 1)).isEmpty)
            }
        }
    }

    @Test("The deliveries that told of a launch's job, its stage and its run, and of no other")
    func touching() async throws {
        try await withStore { store, path in
            func delivery(_ scope: JobHint.Scope, run: Int, job: String?, state: JobHint.State = .waiting) -> Delivery {
                var delivery = Sample.delivery("e")
                delivery.hint = JobHint(scope: scope, state: state, projectID: "be9b3917", runID: run, jobID: job)
                return delivery
            }
            let given = [
                delivery(.job, run: 4_177, job: "JOB-A"), delivery(.job, run: 4_177, job: "job-b"),
                delivery(.run, run: 4_177, job: nil), delivery(.job, run: 41_770, job: "job-a"),
                delivery(.job, run: 4_177, job: "job-a", state: .completed), delivery(.job, run: 417, job: "job-a"),
                delivery(.job, run: 4_177, job: "JOB-A"),
            ]
            for delivery in given { _ = try await store.record(delivery) }
            let organization = Sample.organization
            let launch = Launch(
                id: LaunchID(
                    organization: organization, pool: Sample.pool, request: JobRequestID(rawValue: 1), ordinal: 1),
                pool: Sample.pool, profile: "small", request: JobRequestID(rawValue: 1), ordinal: 1,
                origin: JobOrigin(projectID: "be9b3917", runID: 4_177, jobID: "job-a"), reason: "it waits",
                createdAt: Sample.time)
            try await withReader(path) { (reader) async throws in
                #expect(try await reader.deliveries(about: launch.origin).map(\.number) == [5, 3, 1])
                #expect(
                    try await reader.deliveries(about: Sample.launch(request: 2).origin).map(\.number) == [5, 3, 2, 1])
                #expect(try await reader.delivery(4)?.number == 4)
                #expect(try await reader.delivery(99) == nil)
            }
        }
    }

    @Test("Deliveries of one disposition, page by page")
    func dispositions() async throws {
        try await withStore { store, path in
            for number in 1...9 {
                _ = try await store.record(
                    Sample.delivery("\(number)", disposition: number % 3 == 0 ? .rejected : .accepted))
            }
            try await withReader(path) { (reader) async throws in
                #expect(try await reader.deliveries(disposition: .rejected, limit: 2).map(\.number) == [9, 6])
                #expect(try await reader.deliveries(before: 6, disposition: .rejected).map(\.number) == [3])
                #expect(try await reader.deliveries(before: 4, disposition: .accepted).map(\.number) == [2, 1])
                #expect(try await reader.newestRecords(before: 9, about: "delivery-9").isEmpty)
                #expect(try await reader.newestRecords(about: "delivery-9").map(\.sequence) == [9])
            }
        }
    }
}
