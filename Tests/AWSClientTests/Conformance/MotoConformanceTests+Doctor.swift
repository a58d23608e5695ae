@testable import AWSClient
import Foundation
import Testing

/// What the doctor asks of AWS. moto has neither SimulatePrincipalPolicy nor the quotas of Fargate.
extension MotoConformanceTests {
    @Test func aNetworkIsDescribed() async throws {
        try await withWorld { world in
            let client = EC2Client(client: try world.client())
            let listed = try await world.query(.ec2, "DescribeSubnets", version: "2016-11-15", [])
            let id = try #require(listed.first(named: "subnetId"))
            let subnets = try await client.describeSubnets([id, "subnet-00000000000000000"])
            #expect(subnets.map(\.id) == [id])
            #expect(subnets.first?.isAvailable == true && (subnets.first?.freeAddresses ?? 0) > 1_000)
            let all = try await world.query(.ec2, "DescribeSecurityGroups", version: "2016-11-15", [])
            let group = try #require(all.first(named: "groupId"))
            let groups = try await client.describeSecurityGroups(["sg-00000000000000000", group])
            #expect(groups.map(\.id) == [group])
            #expect(groups.first?.vpcID == subnets.first?.vpcID, "both are of the default VPC")
        }
    }

    @Test func rolesAreThereOrNot() async throws {
        try await withWorld { world in
            let client = IAMClient(client: try world.client())
            #expect(try await client.role(named: "azp-agent") == nil)
            _ = try await world.query(
                .iam, "CreateRole", version: "2010-05-08",
                [
                    (name: "RoleName", value: "azp-agent"), (name: "Path", value: "/ci/"),
                    (name: "AssumeRolePolicyDocument", value: #"{"Version":"2012-10-17","Statement":[]}"#),
                ])
            let role = try #require(try await client.role(named: "azp-agent"))
            #expect(role.arn.hasSuffix(":role/ci/azp-agent"))
        }
    }

    @Test func imagesAreThereOrNot() async throws {
        try await withWorld { world in
            let client = ECRClient(client: try world.client())
            let name = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/azp-agent"
            let image = try #require(ECRImage("\(name):1"))
            #expect(try await client.find(image) == .noRepository)
            _ = try await world.prepare(.ecr, "CreateRepository", #"{"repositoryName":"azp-agent"}"#)
            #expect(try await client.find(image) == .noImage)
            _ = try await world.prepare(
                .ecr, "PutImage",
                #"{"repositoryName":"azp-agent","imageTag":"1","imageManifest":"{\"schemaVersion\":2}","#
                    + #""imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json"}"#)
            #expect(try await client.find(image) == .found)
        }
    }

    @Test func logGroupsAreThereOrNot() async throws {
        try await withWorld { world in
            let client = LogsClient(client: try world.client())
            _ = try await world.prepare(.cloudWatchLogs, "CreateLogGroup", #"{"logGroupName":"/azp/agents"}"#)
            #expect(try await !client.hasLogGroup("/azp/agent"))
            _ = try await world.prepare(.cloudWatchLogs, "CreateLogGroup", #"{"logGroupName":"/azp/agent"}"#)
            #expect(try await client.hasLogGroup("/azp/agent"))
        }
    }

    @Test func secretsAndParametersAreThereOrNot() async throws {
        try await withWorld { world in
            let secrets = SecretsManagerClient(client: try world.client())
            #expect(try await secrets.describeSecret("azp-token") == nil)
            _ = try await world.prepare(
                .secretsManager, "CreateSecret", #"{"Name":"azp-token","SecretString":"x"}"#)
            #expect(try await secrets.describeSecret("azp-token")?.isDeleted == false)
            _ = try await world.prepare(.secretsManager, "DeleteSecret", #"{"SecretId":"azp-token"}"#)
            #expect(try await secrets.describeSecret("azp-token")?.isDeleted == true)
            let parameters = ParameterStoreClient(client: try world.client())
            #expect(try await !parameters.hasParameter(["/ci/azp"]))
            _ = try await world.prepare(
                .systemsManager, "PutParameter", #"{"Name":"/ci/azp","Type":"SecureString","Value":"x"}"#)
            #expect(try await parameters.hasParameter(["/ci/azp"]))
            #expect(try await !parameters.hasParameter(["/ci/az"]))
        }
    }

    @Test func theDefaultNetworkIsFound() async throws {
        try await withWorld { world in
            let client = EC2Client(client: try world.client())
            let vpc = try #require(try await client.defaultVPC())
            let subnets = try await client.subnets(ofVPC: vpc)
            #expect(!subnets.isEmpty && subnets.allSatisfy { $0.vpcID == vpc && $0.assignsPublicIP })
            #expect(try await client.describeNetworkInterfaces(["eni-00000000000000000"]) == [])
        }
    }

    @Test func aQueueIsThereOrNot() async throws {
        try await withWorld { world in
            let client = try world.client()
            #expect(try await SQSQueue.url(named: "slipway-events", client: client) == nil)
            _ = try await world.prepare(.sqs, "CreateQueue", #"{"QueueName":"slipway-events"}"#)
            #expect(
                try await SQSQueue.url(named: "slipway-events", client: client)?.hasSuffix("/slipway-events") == true)
        }
    }
}
