import Foundation
import Testing

@testable import SlipwaySandbox

@Suite struct BotoTests {
    private static let script = """
        import boto3, botocore, json
        ecs = boto3.client("ecs")
        run = dict(cluster="build-agents", taskDefinition="azp-agent", launchType="FARGATE", clientToken="launch-1",
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-a"]}}, tags=[{"key": "a", "value": "b"}])
        first = ecs.run_task(**run)["tasks"][0]
        again = ecs.run_task(**run)["tasks"][0]
        conflict = None
        try:
            ecs.run_task(**{**run, "startedBy": "other"})
        except ecs.exceptions.ConflictException as error:
            conflict = error.response["resourceIds"]
        described = ecs.describe_tasks(cluster="build-agents", tasks=[first["taskArn"]], include=["TAGS"])["tasks"][0]
        pages = [a for p in ecs.get_paginator("list_tasks").paginate(cluster="build-agents") for a in p["taskArns"]]
        stopped = ecs.stop_task(cluster="build-agents", task=first["taskArn"], reason="enough")["task"]
        clusters = ecs.describe_clusters(clusters=["build-agents", "other"])
        print(json.dumps([first["taskArn"], again["taskArn"], conflict, described["tags"], pages,
            stopped["desiredStatus"], clusters["failures"][0]["reason"], str(described["createdAt"].year)]))
        """

    @Test("AWS's client for Python signs, parses and pages against the simulator", .enabled(if: Boto.isInstalled))
    func boto() async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.simulatesContainers = false
        try await withSandbox(configuration) { [configuration] sandbox, endpoints in
            let (status, output) = try Boto.run(
                Self.script,
                [
                    "AWS_ENDPOINT_URL": endpoints.ecs, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
                    "AWS_ACCESS_KEY_ID": configuration.ecs.accessKeyID,
                    "AWS_SECRET_ACCESS_KEY": configuration.ecs.secretAccessKey, "AWS_MAX_ATTEMPTS": "1",
                ]
            )
            #expect(status == 0)
            let arn = JSONValue.string(try #require(sandbox.agentTasks.first?.arn))
            let values = try JSONDecoder().decode([JSONValue].self, from: Data(output.utf8))
            #expect(values.prefix(7) == [arn, arn, [arn], [["key": "a", "value": "b"]], [arn], "STOPPED", "MISSING"])
            #expect(sandbox.agentTasks.count == 1)
        }
    }
}
