import SlipwayCore
import SlipwaySQLite

/// A store as a large organization has it after two years: closed launches with their records and what they used, and the
/// deliveries that announced them.
struct GeneratedStore {
    private let store: SQLiteStore
    /// The first launch's; the last is two years later.
    static let start = Timestamp(milliseconds: 1_732_000_000_000)
    static let spanSeconds = 2 * 365 * 86_400

    init(_ store: SQLiteStore) { self.store = store }

    func write(launches count: Int) async throws {
        let batch = 500
        for start in stride(from: 0, to: count, by: batch) {
            let numbers = start..<min(start + batch, count)
            async let lives = Self.batch(numbers, of: count)
            for number in numbers where number % 10 == 0 {
                _ = try await store.record(Self.delivery(number, of: count))
            }
            try await store.commit(await lives)
            if start % 50_000 == 0 { print("\(start) of \(count)") }
        }
    }

    private static func batch(_ numbers: Range<Int>, of count: Int) async -> LaunchBatch {
        var batch = LaunchBatch()
        for number in numbers {
            let (launch, entries) = life(number, of: count)
            batch.inserts.append(launch)
            batch.entries += entries
        }
        return batch
    }

    private static func madeAt(_ number: Int, of count: Int) -> Timestamp {
        start.adding(seconds: Int(Double(number) / Double(count) * Double(spanSeconds)))
    }

    private static func life(_ number: Int, of count: Int) -> (Launch, [LedgerEntry]) {
        let request = JobRequestID(rawValue: Int64(number + 1))
        let pool = PoolID(rawValue: 9 + number % 3)
        let at = madeAt(number, of: count)
        var launch = Launch(
            id: LaunchID(
                organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: pool, request: request,
                ordinal: 1),
            pool: pool, profile: ["small", "large"][number % 2], request: request, ordinal: 1,
            origin: JobOrigin(
                projectID: "be9b3917-87e6-42a4-a549-2bc06a7a878\(number % 7)", pipelineID: number % 40,
                pipelineName: "fabrikam-fiber-\(number % 40)", runID: number / 3, runName: "20261124.\(number % 99)",
                jobID: "12f1170f-54f2-53f3-20dd-\(String(100_000_000_000 + number))", jobName: "Build"),
            reason: "job request \(request) waits and profile small has no free agent", createdAt: at)
        var entries = [launch.openingEntry()]
        for (index, event) in events(number, request, at).enumerated() {
            guard let step = launch.applying(event, at: at.adding(seconds: 5 * (index + 1)), rules: LaunchRules())
            else {
                continue
            }
            launch = step.launch
            entries += step.entries
        }
        return (launch, entries)
    }

    private static func events(_ number: Int, _ request: JobRequestID, _ at: Timestamp) -> [LaunchEvent] {
        var facts = AgentTaskFacts()
        facts.region = "us-east-1"
        facts.capacityProvider = number % 3 == 0 ? "FARGATE_SPOT" : "FARGATE"
        facts.cpu = number % 2 == 0 ? 1_024 : 4_096
        facts.memory = number % 2 == 0 ? 2_048 : 8_192
        facts.platformFamily = "Linux"
        facts.architecture = "x86_64"
        facts.taskDefinition = "arn:aws:ecs:us-east-1:111122223333:task-definition/azp-agent:7"
        facts.imageDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        facts.createdAt = at.adding(seconds: 1)
        facts.pullStartedAt = at.adding(seconds: 12)
        facts.startedAt = at.adding(seconds: 31)
        var stopped = facts
        stopped.stoppedAt = at.adding(seconds: 60 + number * 7_919 % 1_200)
        let arn = "arn:aws:ecs:us-east-1:111122223333:task/build-agents/\(String(number, radix: 16))"
        return [
            .startPermitted, .agentTaskAccepted(AgentTaskID(rawValue: arn), placement: "FARGATE"),
            .runDescribed(
                RunFacts(
                    requestedFor: "6ad1a6c6-d8d7-6922-b071-7dcb9c3a72\(10 + number % 50)", cause: "individualCI",
                    branch: "refs/heads/main", commit: "0a8d7c1b5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b")),
            .agentTaskObserved(.running, facts),
            .agentObserved(PoolAgent(id: AgentID(rawValue: number), name: "slipway-x", isOnline: true)),
            .jobObserved(request), .agentDisabled, .jobEnded(request, result: "succeeded"),
            .agentTaskObserved(
                .stopped(
                    AgentTaskStop(
                        reason: "Essential container in task exited", code: "EssentialContainerExited", exitCode: 0)),
                stopped), .registrationGone,
        ]
    }

    private static func delivery(_ number: Int, of count: Int) -> Delivery {
        let job = "12f1170f-54f2-53f3-20dd-\(String(100_000_000_000 + number))"
        return Delivery(
            receivedAt: madeAt(number, of: count), disposition: .accepted,
            eventType: "ms.vss-pipelines.job-state-changed-event", eventID: "4b5c8e5e-6b7f-4b55-9dd1-\(number)",
            subscriptionID: "9c1d4a50-6c2f-4a3e-8c07-0f6a4a1f0c11", notificationID: Int64(number), account: "fabrikam",
            hint: JobHint(
                scope: .job, state: .waiting, projectID: "be9b3917-87e6-42a4-a549-2bc06a7a878\(number % 7)",
                runID: number / 3, jobID: job),
            bodyDigest: LedgerChain.genesis, bodyBytes: 2_348, source: "203.0.113.7")
    }
}
