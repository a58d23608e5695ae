import AWSClient
import Foundation
import SlipwayCore
import Testing

@testable import slipway

@Suite struct TaskDefinitionReviewTests {
    private static let profile = Profile(
        name: "small", taskDefinition: "azp-agent", container: "agent",
        placements: [Placement(capacity: .capacityProvider("FARGATE_SPOT"), subnets: ["s"])])

    private func complaints(_ definition: TaskDefinition, _ profile: Profile = profile) -> [String] {
        TaskDefinitionReview(definition, profiles: [profile], mend: "show").findings
            .filter { $0.status != .ok }.map { "\($0.status): \($0.message)" }
    }

    struct Change: Sendable {
        var old: String
        var new: String
        var complaint: String
    }

    @Test(arguments: [
        Change(
            old: #""status": "ACTIVE""#, new: #""status": "INACTIVE""#,
            complaint: "failed: arn:aws:ecs:eu-west-1:111122223333:task-definition/azp-agent:7 is INACTIVE, not ACTIVE"),
        Change(old: #""name": "agent""#, new: #""name": "azp""#, complaint: "failed: it has no container agent"),
        Change(
            old: #""name": "AZP_TOKEN""#, new: #""name": "AZP_TOKENS""#,
            complaint: "failed: container agent gets no AZP_TOKEN from secrets"),
        Change(
            old: #""environment": []"#, new: #""environment": [{"name": "AZP_TOKEN", "value": "hunter2"}]"#,
            complaint: "failed: AZP_TOKEN stands in the environment of container agent, for everybody to read"),
        Change(
            old: #""environment": []"#, new: #""environment": [{"name": "AZP_CLIENTSECRET", "value": "hunter2"}]"#,
            complaint: "failed: AZP_CLIENTSECRET stands in the environment of container agent, for everybody to read"),
        Change(
            old: #""name": "AZP_TOKEN""#, new: #""name": "AZP_CLIENTSECRET""#,
            complaint: "failed: container agent gets AZP_CLIENTSECRET without AZP_CLIENTID and AZP_TENANTID"),
        Change(
            old: #""executionRoleArn""#, new: #""unknown""#,
            complaint: "failed: there is no executionRoleArn, so ECS can't read the secret AZP_TOKEN"),
        Change(
            old: #""logConfiguration""#, new: #""unknown""#,
            complaint:
                "warning: container agent has no logConfiguration: an agent that doesn't come online leaves no trace"),
        Change(
            old: #""stopTimeout": 120"#, new: #""stopTimeout": 30"#,
            complaint: "warning: container agent is killed 30 s after it is asked to stop: too soon for a job to report"
        ),
        Change(
            old: #""FARGATE""#, new: #""EC2""#, complaint: "failed: it is not made for Fargate, where small may run"),
        Change(
            old: #""memory": "2048""#, new: #""memory": "512""#,
            complaint: "failed: profile small: Fargate has no pair of cpu 1024 and memory 512"),
        Change(
            old: #""cpu": "1024""#, new: #""cpus": "1024""#,
            complaint: "failed: profile small has no cpu or no memory, here or in the definition"),
    ])
    func `One thing wrong is one complaint`(_ change: Change) throws {
        #expect(complaints(try .fixture(replacing: change.old, with: change.new)) == [change.complaint])
    }

    @Test func `A service principal and a token's file are taken in the place of a token`() throws {
        let principal = #"[{"name": "AZP_CLIENTID", "value": "c"}, {"name": "AZP_TENANTID", "value": "t"}]"#
        let text = try Fixture.text("task-definition.json")
        let secret = text.replacing("AZP_TOKEN", with: "AZP_CLIENTSECRET")
            .replacing(#""environment": []"#, with: #""environment": \#(principal)"#)
        #expect(complaints(try JSONDecoder().decode(TaskDefinition.self, from: Data(secret.utf8))) == [])
        let file = text.replacing(#""secrets""#, with: #""unknown""#)
            .replacing(#""environment": []"#, with: ##""environment": [{"name": "AZP_TOKEN_FILE", "value": "/t"}]"##)
        #expect(complaints(try JSONDecoder().decode(TaskDefinition.self, from: Data(file.utf8))) == [])
    }

    @Test func `A definition that fits has no complaint`() throws {
        #expect(complaints(try .fixture(replacing: "azp-agent", with: "azp-agent")) == [])
    }

    @Test func `A preregistered agent's container holds no credential of the organization`() throws {
        var profile = Self.profile
        profile.registration = .byClaim
        let warning =
            "warning: container agent gets a credential of the organization, which preregistered agents don't need"
        #expect(complaints(try .fixture(replacing: "azp-agent", with: "azp-agent"), profile) == [warning])
        #expect(
            complaints(try .fixture(replacing: #""name": "AZP_TOKEN""#, with: #""name": "NPM_KEY""#), profile) == [])
        let windows = try TaskDefinition.fixture(
            replacing: #""status": "ACTIVE""#,
            with: #""status": "ACTIVE", "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}"#)
        #expect(complaints(windows, profile).first?.hasPrefix("failed: small: agents on Windows can't be") == true)
    }

    @Test func `A profile's own size is held against Fargate together with the definition's`() throws {
        var profile = Self.profile
        profile.cpu = 4_096
        #expect(
            complaints(try .fixture(replacing: "azp-agent", with: "azp-agent"), profile)
                == ["failed: profile small: Fargate has no pair of cpu 4096 and memory 2048"])
    }

    @Test func `A profile on instances needs no pair of Fargate's`() throws {
        var profile = Self.profile
        profile.placements = [Placement(capacity: .launchType("EC2"))]
        #expect(complaints(try .fixture(replacing: #""memory": "2048""#, with: #""memory": "777""#), profile) == [])
    }
}
