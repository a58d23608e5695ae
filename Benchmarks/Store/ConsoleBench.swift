import Foundation
import SlipwayCore
import SlipwaySQLite

/// Fills a store with whole lives of launches, and measures what the console asks of it.
enum ConsoleBench {
    private static let pools = 3
    private static let profiles = ["small", "small", "small", "medium", "medium", "large"]
    private static let projects = 40
    private static let pipelines = 400
    /// One launch each 8.64 seconds: ten thousand a day, the newest of them now.
    private static let spacingMilliseconds: Int64 = 8_640
    private static let batch = 500

    /// - Parameter failing: of a hundred launches, how many fail.
    static func fill(_ store: SQLiteStore, count: Int, failing: Int, open: Int) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        for first in stride(from: 0, to: count, by: batch) {
            let numbers = first..<min(first + batch, count)
            let lives = await withTaskGroup(of: [(Launch, [LedgerEntry])].self) { group in
                for part in [numbers.prefix(numbers.count / 2), numbers.dropFirst(numbers.count / 2)] {
                    group.addTask {
                        part.map { number in
                            life(number, of: count, until: now, failing: failing, isOpen: number >= count - open)
                        }
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            try await store.commit(LaunchBatch(inserts: lives.map(\.0), entries: lives.flatMap(\.1)))
            if first % 50_000 == 0 { FileHandle.standardError.write(Data("\(first) of \(count)\n".utf8)) }
        }
        print("\(count) launches in \(clock.now - start)")
    }

    /// - Returns: the launch as it ends, and what the ledger says of its beginning and its end.
    private static func life(
        _ number: Int, of count: Int, until now: Timestamp, failing: Int, isOpen: Bool
    ) -> (Launch, [LedgerEntry]) {
        // The longest life is over before now.
        let age = Int64(count - number) * spacingMilliseconds + (isOpen ? 0 : 1_200_000)
        let made = now.adding(milliseconds: -age)
        let request = JobRequestID(rawValue: Int64(number + 1))
        let pool = PoolID(rawValue: 7 + number % pools)
        let pipeline = number % pipelines
        let first = Launch(
            id: LaunchID(
                organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: pool, request: request,
                ordinal: 1),
            pool: pool, profile: profiles[number % profiles.count], request: request, ordinal: 1,
            origin: JobOrigin(
                projectID: "be9b3917-87e6-42a4-a549-\(String(format: "%012d", number % projects))",
                pipelineID: pipeline, pipelineName: "pipeline-\(pipeline)", runID: number / 2,
                runName: "20261127.\(number % 97)", jobID: "3f2a1b00-0000-4000-8000-\(String(format: "%012d", number))",
                jobName: "Build"),
            reason: "job request \(request) waits and profile small has no free agent", createdAt: made)
        let isFailing = (number &* 7_919) % 100 < failing
        let events = isFailing ? failed(number, made) : ran(request, number, made)
        var launch = first
        var last: LaunchTransition?
        for (event, seconds) in isOpen ? Array(events.prefix(1 + number % 4)) : events {
            guard let next = launch.applying(event, at: made.adding(seconds: seconds), rules: LaunchRules()) else {
                continue
            }
            (launch, last) = (next.launch, next)
        }
        return (launch, [first.openingEntry()] + (last?.entries ?? []))
    }

    private static func ran(_ request: JobRequestID, _ number: Int, _ made: Timestamp) -> [(LaunchEvent, Int)] {
        let running = 20 + number % 25
        let over = running + 15 + 60 + number % 900
        let arn = "arn:aws:ecs:eu-west-1:111122223333:task/build-agents/\(String(format: "%032x", number))"
        return [
            (.startPermitted, 0),
            (
                .agentTaskAccepted(AgentTaskID(rawValue: arn), placement: number % 3 == 0 ? "FARGATE" : "FARGATE_SPOT"),
                1
            ),
            (.agentTaskObserved(.running), running),
            (.agentObserved(PoolAgent(id: AgentID(rawValue: number), name: "a", isOnline: true)), running + 8),
            (.jobObserved(request), running + 10), (.jobEnded(request, result: "succeeded"), over),
            (
                .agentTaskObserved(
                    .stopped(
                        AgentTaskStop(
                            reason: "Essential container in task exited", code: "EssentialContainerExited", exitCode: 0)
                    )),
                over + 12
            ),
            (.registrationGone, over + 13),
        ]
    }

    private static func failed(_ number: Int, _ made: Timestamp) -> [(LaunchEvent, Int)] {
        let reasons = [
            "the image can't be pulled: check the repository's policy", "the subnet has no addresses left",
            "the role of the agent task can't read the secret",
        ]
        let refusal = StartRefusal(kind: .permanent, message: reasons[number % reasons.count])
        return [
            (.startPermitted, 0), (.startRefused(refusal), 2),
            (.agentTasksFound([], lookedAt: made.adding(seconds: 80)), 80), (.registrationGone, 82),
        ]
    }
}

// MARK: Measuring

extension ConsoleBench {
    static func measure(_ path: String) async throws {
        let reader = try StoreReader(path: path)
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let counts = try await reader.counts()
        print("\(counts.launches) launches, \(counts.openLaunches) of them open")
        let project = "be9b3917-87e6-42a4-a549-000000000007"
        let queries: [(String, LaunchQuery)] = [
            ("no filter", LaunchQuery()), ("pool", LaunchQuery(pool: PoolID(rawValue: 8))),
            ("pool that isn't", LaunchQuery(pool: PoolID(rawValue: 99))), ("profile", LaunchQuery(profile: "large")),
            ("profile that isn't", LaunchQuery(profile: "huge")), ("project", LaunchQuery(project: project)),
            ("project that isn't", LaunchQuery(project: "none")), ("pipeline id", LaunchQuery(pipeline: .id(17))),
            ("pipeline name", LaunchQuery(pipeline: .name("pipeline-17"))),
            ("pipeline that isn't", LaunchQuery(pipeline: .name("none"))), ("state open", LaunchQuery(isOpen: true)),
            ("state busy", LaunchQuery(states: ["busy"])), ("state closed", LaunchQuery(states: ["closed"])),
            ("outcome ran", LaunchQuery(outcome: .ran)), ("outcome failed", LaunchQuery(outcome: .failed)),
            ("outcome lost, of none", LaunchQuery(outcome: .lost)),
            ("since an hour", LaunchQuery(since: now.adding(seconds: -3_600))),
            ("until 50 days ago", LaunchQuery(until: now.adding(seconds: -50 * 86_400))),
            ("pool, profile", LaunchQuery(pool: PoolID(rawValue: 9), profile: "large")),
            ("pool and profile that never meet", LaunchQuery(pool: PoolID(rawValue: 7), profile: "large")),
            ("project, outcome failed", LaunchQuery(project: project, outcome: .failed)),
            (
                "project, profile, outcome failed, never",
                LaunchQuery(profile: "huge", project: project, outcome: .failed)
            ),
            (
                "profile, state closed, until",
                LaunchQuery(
                    profile: "medium", states: ["closed"], until: now.adding(seconds: -86_400))
            ),
        ]
        for (name, query) in queries { try await time("list, \(name)") { _ = try await reader.launches(query) } }
        let deep = try await reader.launches(LaunchQuery(until: now.adding(seconds: -40 * 86_400))).next
        try await time("list, a page far back") { _ = try await reader.launches(after: deep) }
        try await time("figures of the last hour") {
            _ = try await reader.figures(since: now.adding(seconds: -3_600), until: now, minutes: true)
        }
        try await time("figures of the last day") {
            _ = try await reader.figures(since: now.adding(seconds: -86_400), until: now)
        }
        try await time("open counts") { _ = try await reader.openCounts() }
        try await time("change counter") { _ = try await reader.head() }
        try await time("deliveries rejected") { _ = try await reader.deliveries(disposition: .rejected) }
        await reader.close()
    }

    /// The first, which may read from the disk, and the median of ten.
    private static func time(_ name: String, _ body: () async throws -> Void) async throws {
        let clock = ContinuousClock()
        let first = try await clock.measure(body)
        var lengths: [Duration] = []
        for _ in 0..<10 { lengths.append(try await clock.measure(body)) }
        func text(_ length: Duration) -> String { String(format: "%8.2f ms", length / .milliseconds(1)) }
        print(
            "\(name.padding(toLength: 44, withPad: " ", startingAt: 0)) first \(text(first))  then \(text(lengths.sorted()[5]))"
        )
    }
}
