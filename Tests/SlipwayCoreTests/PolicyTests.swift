import Testing

@testable import SlipwayCore

@Suite struct PolicyTests {
    @Test func anOrderIsAFunctionOfLaunchAndAttempt() throws {
        var value = launch(after: [.startPermitted])
        let url = "https://dev.azure.com/fabrikam"
        let one = try #require(AgentTaskOrder(value, profile: profile(), pool: policy(), organizationURL: url))
        #expect(one == AgentTaskOrder(value, profile: profile(), pool: policy(), organizationURL: url))
        #expect(one.placement.name == "FARGATE_SPOT")
        value = launch(
            after: [.startPermitted, .startRefused(StartRefusal(kind: .capacity, message: ""))],
            rules: LaunchRules(profile(), for: newLaunch()))
        let two = try #require(AgentTaskOrder(value, profile: profile(), pool: policy(), organizationURL: url))
        #expect(two.placement.name == "FARGATE")
        #expect(two.clientToken != one.clientToken)
        #expect(two.startedBy == one.startedBy)
    }

    @Test func namesStayWithinWhatTheServicesAccept() throws {
        let id = LaunchID(
            organization: organization, pool: PoolID(rawValue: .max), request: JobRequestID(rawValue: .max), ordinal: 99
        )
        #expect(LaunchID(rawValue: id.rawValue) != nil)
        #expect(id.agentName.count <= 64)
        #expect(id.startedBy.allSatisfy { $0.isLetter || $0.isNumber || "-/_".contains($0) })
        for bad in ["", "a b", "a/b", "ü", String(repeating: "a", count: 57)] {
            #expect(LaunchID(rawValue: bad) == nil)
        }
    }

    @Test func twoOrganizationsNeverShareAToken() {
        let other = OrganizationKey(url: "https://dev.azure.com/contoso")
        #expect(other != organization)
        #expect(OrganizationKey(url: "https://dev.azure.com/Fabrikam/") == organization)
    }

    @Test func tagsCarryLaunchPoolProjectPipelineAndRunInAcceptedCharacters() throws {
        let value = Launch(
            id: newLaunch().id, pool: pool, profile: "small", request: nil, ordinal: 1,
            origin: JobOrigin(projectID: "p-1", pipelineName: "<b>nightly & more</b>", runID: 7), reason: "",
            createdAt: start)
        let order = try #require(AgentTaskOrder(value, profile: profile(), pool: policy(), organizationURL: "u"))
        let tags = Dictionary(uniqueKeysWithValues: order.tags.map { ($0.name, $0.value) })
        #expect(tags["slipway:pipeline"] == "_b_nightly _ more_/b_")
        #expect(tags["slipway:run"] == "7")
        #expect(tags["slipway:launch"] == value.id.rawValue)
    }

    @Test func theBucketGivesItsBurstAndThenItsRate() {
        var bucket = TokenBucket(capacity: 20, perSecond: 20, at: start)
        var given = 0
        for millisecond in 0..<10_000 {
            while bucket.take(at: start.adding(milliseconds: Int64(millisecond))) == nil { given += 1 }
        }
        #expect((219...220).contains(given))
    }

    @Test func aClockThatJumpsBackNeitherRefillsNorStarvesTheBucket() throws {
        var bucket = TokenBucket(capacity: 1, perSecond: 1, at: after(3_600))
        #expect(bucket.take(at: after(3_600)) == nil)
        let answer = bucket.take(at: start)
        let next = try #require(answer)
        #expect(bucket.take(at: next) == nil)
    }

    @Test func timestampsPrintInISO8601AndDoNotOverflow() {
        #expect(Timestamp(milliseconds: 1_795_503_416_853).description == "2026-11-24T06:56:56.853Z")
        for milliseconds: Int64 in [0, 1, 999, 1_795_503_416_853, 1_795_503_416_123, 4_102_444_800_007] {
            let timestamp = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(timestamp.description) == timestamp)
        }
        for text in ["", "yesterday", "2026-11-24", "2026-11-24T06:56:56Z", "2026-11-24T06:56:56.853Z "] {
            #expect(Timestamp(text) == nil)
        }
        #expect(Timestamp(milliseconds: .max).adding(seconds: 1) == Timestamp(milliseconds: .max))
    }
}
