import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

@Suite("Launches on their way through the store")
struct LaunchRoundTripTests {
    static let events: [LaunchEvent] = [
        .startPermitted,
        .agentTaskAccepted(AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:1:task/a/b"), placement: "FARGATE_SPOT"),
        .startRefused(StartRefusal(kind: .capacity, message: "no capacity \"here\"\nnor there \u{1F6A2}")),
        .startRefused(StartRefusal(kind: .permanent, message: "no such task definition")),
        .startUnanswered("timeout"),
        .agentTaskObserved(.running),
        .agentTaskObserved(.missing),
        .agentTaskObserved(
            .stopped(AgentTaskStop(reason: "OutOfMemory", code: "EssentialContainerExited", exitCode: 137))),
        .agentTaskObserved(.stopped(AgentTaskStop(reason: "done", exitCode: 0))),
        .agentTasksFound([], lookedAt: Sample.time),
        .agentTasksFound([AgentTaskID(rawValue: "found")], lookedAt: Sample.time),
        .searchFailed("the cluster does not answer"),
        .agentObserved(PoolAgent(id: AgentID(rawValue: 7), name: "slipway-x", isOnline: true)),
        .jobObserved(JobRequestID(rawValue: 4_712)),
        .jobObserved(JobRequestID(rawValue: 4_713), JobOrigin(projectID: "other", pipelineName: "nightly", runID: 5)),
        .jobEnded(JobRequestID(rawValue: 4_712), result: "succeeded"),
        .requestGone,
        .quiesced(lookedAt: Sample.time),
        .stopCalled,
        .registrationGone,
        .cleaningFailed("the agent holds a job"),
        .surplus,
        .stopRequested("by an operator"),
        .timePassed,
    ]

    /// Every launch that up to `depth` events lead to, in the order of their number.
    static func reachable(depth: Int) -> [Launch] {
        let start = Sample.launch(request: 4_711)
        var seen: Set<Launch> = [start]
        var order = [start]
        var edge = [start]
        for step in 1...depth {
            var next: [Launch] = []
            for launch in edge {
                for event in events {
                    let now = launch.createdAt.adding(seconds: step * 1_000)
                    guard let reached = launch.applying(event, at: now, rules: LaunchRules())?.launch else { continue }
                    if seen.insert(reached).inserted { next.append(reached) }
                }
            }
            order += next
            edge = next
        }
        return order
    }

    @Test("Every state that the machine reaches comes back equal from its row")
    func everyState() throws {
        let launches = Self.reachable(depth: 5)
        let names = Set(launches.map(\.state.name))
        #expect(names == ["planned", "starting", "pending", "online", "busy", "finished", "cleaning", "closed"])
        #expect(Set(launches.compactMap { $0.outcome?.kind }) == Set(LaunchOutcome.Kind.allCases))
        let decoder = LaunchDecoder()
        for launch in launches {
            let row = try LaunchRow(launch)
            let back = try decoder.launch(["id": row.id, "body": row.body])
            #expect(back == launch)
        }
    }

    @Test("The schema takes every state that the machine reaches, and gives it back")
    func everyStateIsStored() async throws {
        // By the row's columns: what else differs is in the body, and the test above looks at that.
        var byShape: [String: Launch] = [:]
        for launch in Self.reachable(depth: 5) {
            byShape["\(launch.state) \(launch.ran == nil) \(launch.version)"] = launch
        }
        let launches = byShape.sorted { $0.key < $1.key }.map(\.value)
        #expect(launches.count > 100)
        try await withStore { store, path in
            try await withReader(path) { reader in
                for launch in launches {
                    try await store.pool.write { try $0.execute(sql: "DELETE FROM launches") }
                    try await store.commit(LaunchBatch(inserts: [launch]))
                    #expect(try await reader.launch(launch.id) == launch)
                    #expect(try await store.openLaunches() == (launch.isOpen ? [launch] : []))
                }
            }
        }
    }

    @Test("Ten thousand open launches come back whole")
    func manyOpen() async throws {
        try await withStore { store, _ in
            for start in stride(from: 0, to: 10_000, by: 1_000) {
                let launches = (start..<start + 1_000).map { Sample.launch(request: Int64($0)) }
                try await store.commit(LaunchBatch(inserts: launches, entries: launches.map { $0.openingEntry() }))
            }
            let open = try await store.openLaunches()
            #expect(Set(open.compactMap(\.request?.rawValue)) == Set(0..<10_000))
        }
    }
}
