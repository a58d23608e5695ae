import AzureDevOps
import Foundation
import Testing

@Suite struct OtherCallTests {
    private static let project = "5d0f6c7e-9a3b-4c1d-8e2f-1a2b3c4d5e6f"

    // MARK: Pools, queues, projects

    @Test func aPoolIsFoundByItsExactNameInAnyLetterCase() async throws {
        try await withClient([.fixture("pools"), .fixture("pools"), .json(#"{"count":0,"value":[]}"#)]) {
            client, server in
            let pool = try await client.pool(named: "ECS-Linux")
            #expect(pool?.id == 44)
            #expect(pool?.name == "ecs-linux")
            #expect(pool?.isHosted == false)
            let other = try await client.pool(named: "ecs")
            #expect(other == nil)
            let none = try await client.pool(named: "a b&poolType=x/ü")
            #expect(none == nil)
            #expect(
                server.lines[0] == "GET /fabrikam/_apis/distributedtask/pools?poolName=ECS-Linux&api-version=7.1")
            #expect(
                server.lines[2]
                    == "GET /fabrikam/_apis/distributedtask/pools?poolName=a%20b%26poolType%3Dx%2F%C3%BC&api-version=7.1"
            )
        }
    }

    @Test func aPoolIsReadByItsNumber() async throws {
        try await withClient([.json(#"{"id":44,"name":"ecs-linux"}"#)]) { client, server in
            let pool = try await client.pool(id: 44)
            #expect(pool.name == "ecs-linux")
            #expect(server.lines == ["GET /fabrikam/_apis/distributedtask/pools/44?api-version=7.1"])
        }
    }

    @Test func theQueuesOfAProjectForOnePoolAreRead() async throws {
        try await withClient([.fixture("queues"), .fixture("queues")]) { client, server in
            let queues = try await client.queues(project: "Example Project", poolID: 44)
            #expect(queues.map(\.id) == [17])
            #expect(queues.first?.projectID == Self.project)
            let others = try await client.queues(project: Self.project, poolID: 45)
            #expect(others.isEmpty)
            #expect(
                server.lines[0]
                    == "GET /fabrikam/Example%20Project/_apis/distributedtask/queues?poolIds=44&api-version=7.1")
        }
    }

    @Test func aProjectNameIsResolvedToItsIdentifier() async throws {
        let page = ScriptedAnswer.json(
            #"{"count":1,"value":[\#(try Samples.fixture("project"))]}"#,
            headers: [("x-ms-continuationtoken", "1")]
        )
        try await withClient([.fixture("project"), page, .json(#"{"count":0,"value":[]}"#)]) { client, server in
            let project = try await client.project("Example Project")
            #expect(project.id == Self.project)
            #expect(project.state == "wellFormed")
            let all = try await client.projects()
            #expect(all == [project])
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/projects/Example%20Project?api-version=7.1",
                    "GET /fabrikam/_apis/projects?api-version=7.1",
                    "GET /fabrikam/_apis/projects?continuationToken=1&api-version=7.1",
                ])
        }
    }

    @Test(arguments: ["", ".", ".."])
    func aNameThatWouldChangeThePathIsNotSent(_ name: String) async throws {
        try await withClient([]) { client, server in
            let error = await #expect(throws: AzureDevOpsError.self) { try await client.project(name) }
            #expect(error?.code == .invalidConfiguration)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func whoWeAreIsToldAndAnonymousIsNotTakenForSignedIn() async throws {
        try await withClient([.fixture("connection-data"), .fixture("connection-data.anonymous")]) { client, server in
            let known = try await client.connectionData()
            #expect(known.displayName == "slipway")
            #expect(known.identityID == "0f8fad5b-d9cb-469f-a165-70867728950e")
            #expect(known.instanceID == "41a18c7d-df5e-4032-a4df-d533b56bd2de")
            #expect(known.deploymentType == "hosted")
            #expect(!known.isAnonymous)
            let anonymous = try await client.connectionData()
            #expect(anonymous.isAnonymous)
            #expect(
                server.lines[0] == "GET /fabrikam/_apis/connectionData?connectOptions=none&api-version=7.1-preview.1")
        }
    }

    // MARK: Builds

    @Test func aBuildIsReadAndCancelled() async throws {
        try await withClient([.fixture("build"), .fixture("build")]) { client, server in
            let build = try await client.build(project: Self.project, id: 1042)
            #expect(build.id == 1042)
            #expect(build.buildNumber == "20260203.1")
            #expect(build.status == "inProgress")
            #expect(!build.isCompleted)
            #expect(build.result == nil)
            #expect(build.pipelineID == 12)
            #expect(build.pipelineName == "Example Pipeline")
            #expect(build.projectID == Self.project)
            #expect(build.planID == "b718cfed-493c-46be-a650-88fe762f75aa")
            #expect(build.tags == ["nightly"])
            _ = try await client.cancelBuild(project: Self.project, id: 1042)
            #expect(
                server.lines == [
                    "GET /fabrikam/\(Self.project)/_apis/build/builds/1042?api-version=7.1",
                    "PATCH /fabrikam/\(Self.project)/_apis/build/builds/1042?api-version=7.1",
                ])
            #expect(server.requests[1].json == #"{"status":"cancelling"}"#)
        }
    }

    @Test func aTagIsAddedToABuild() async throws {
        try await withClient([.json(#"{"count":1,"value":["no capacity"]}"#)]) { client, server in
            try await client.addBuildTag("no capacity", project: Self.project, id: 1042)
            #expect(
                server.lines == [
                    "PUT /fabrikam/\(Self.project)/_apis/build/builds/1042/tags/no%20capacity?api-version=7.1"
                ])
        }
    }

    @Test(arguments: [ScriptedAnswer.status(204), .json("null"), .json("")])
    func aBuildWithoutATimelineHasNone(_ answer: ScriptedAnswer) async throws {
        try await withClient([answer]) { client, _ in
            let timeline = try await client.buildTimeline(project: Self.project, id: 1042)
            #expect(timeline == nil)
        }
    }

    @Test func theTimelineTellsTheStateOfEachJob() async throws {
        try await withClient([.fixture("timeline")]) { client, server in
            let timeline = try #require(try await client.buildTimeline(project: Self.project, id: 1042))
            let job = try #require(timeline.records.first { $0.type == "Job" })
            #expect(job.id == "12f1170f-54f2-53f3-20dd-22fc7dff55f9")
            #expect(job.parentID == "6884a131-87da-5381-61f3-d7acc3b91d76")
            #expect(job.identifier == "__default.Job.__default")
            #expect(job.state == "inProgress")
            #expect(job.result == nil)
            #expect(job.attempt == 1)
            #expect(job.workerName == "ecs-0b7c1a")
            #expect(job.queueID == 17)
            #expect(server.lines == ["GET /fabrikam/\(Self.project)/_apis/build/builds/1042/timeline?api-version=7.1"])
        }
    }

    @Test func aStageIsCancelledOrRunAgain() async throws {
        try await withClient([.status(204), .status(200), .status(200)]) { client, server in
            try await client.updateStage("Deploy", project: Self.project, buildID: 1042, .cancel)
            try await client.updateStage("Deploy", project: Self.project, buildID: 1042, .retry(allJobs: false))
            try await client.updateStage("Deploy", project: Self.project, buildID: 1042, .retry(allJobs: true))
            #expect(
                Set(server.lines) == [
                    "PATCH /fabrikam/\(Self.project)/_apis/build/builds/1042/stages/Deploy?api-version=7.1"
                ])
            #expect(
                server.requests.map(\.json) == [
                    #"{"state":"cancel"}"#,
                    #"{"forceRetryAllJobs":false,"state":"retry"}"#,
                    #"{"forceRetryAllJobs":true,"state":"retry"}"#,
                ])
        }
    }
}
