@testable import AWSClient
import Foundation
import NIOHTTP1
import Testing

/// EC2 and IAM: forms out, XML back.
@Suite(.timeLimit(.minutes(1))) struct QueryClientTests {
    private func form(_ request: HTTPExchangeRequest?) throws -> [String] {
        String(decoding: try #require(request).body, as: UTF8.self).split(separator: "&").map(String.init)
    }

    @Test func subnetsAreAskedForByAFilterAndToldApart() async throws {
        let exchange = ScriptedExchange([
            .answer(
                200,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>
                <subnetSet><item><subnetId>subnet-a</subnetId><state>available</state><vpcId>vpc-1</vpcId>
                <availableIpAddressCount>251</availableIpAddressCount><availabilityZone>eu-west-1a</availabilityZone>
                <tagSet><item><key>subnetId</key><value>subnet-x</value></item></tagSet></item>
                <item><tagSet/><vpcId>vpc-2</vpcId><subnetId>subnet-b</subnetId><state>pending</state></item></subnetSet>
                </DescribeSubnetsResponse>
                """)
        ])
        let client = EC2Client(client: try scriptedClient(exchange))
        let subnets = try await client.describeSubnets(["subnet-a", "subnet b&c"])
        #expect(
            subnets == [
                Subnet(id: "subnet-a", vpcID: "vpc-1", availabilityZone: "eu-west-1a", freeAddresses: 251),
                Subnet(id: "subnet-b", vpcID: "vpc-2", isAvailable: false),
            ])
        #expect(
            try form(exchange.requests.first) == [
                "Action=DescribeSubnets", "Version=2016-11-15", "Filter.1.Name=subnet-id",
                "Filter.1.Value.1=subnet-a", "Filter.1.Value.2=subnet%20b%26c",
            ])
        #expect(exchange.requests.first?.url == "https://ec2.eu-west-1.amazonaws.com/")
        #expect(try await client.describeSubnets([]) == [], "nothing is asked for nothing")
        #expect(exchange.requests.count == 1)
    }

    @Test func networkInterfacesTellTheirGroupsAndWhetherTheyAreReachedFromOutside() async throws {
        let exchange = ScriptedExchange([
            .answer(
                200,
                """
                <DescribeNetworkInterfacesResponse><networkInterfaceSet>
                <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-a</subnetId>
                <groupSet><item><groupId>sg-1</groupId><groupName>x</groupName></item><item><groupId>sg-2</groupId></item>
                </groupSet><association><publicIp>203.0.113.7</publicIp></association></item>
                <item><networkInterfaceId>eni-2</networkInterfaceId><subnetId>subnet-b</subnetId><groupSet/></item>
                </networkInterfaceSet></DescribeNetworkInterfacesResponse>
                """)
        ])
        let client = EC2Client(client: try scriptedClient(exchange))
        #expect(
            try await client.describeNetworkInterfaces(["eni-1", "eni-2"]) == [
                NetworkInterface(
                    id: "eni-1", subnetID: "subnet-a", securityGroups: ["sg-1", "sg-2"], hasPublicIP: true),
                NetworkInterface(id: "eni-2", subnetID: "subnet-b", securityGroups: [], hasPublicIP: false),
            ])
    }

    @Test func anAnswerOfAnotherKindIsNoEmptyList() async throws {
        for body in [
            "", "{}", "<html></html>", "<DescribeVpcsResponse><requestId>r</requestId></DescribeVpcsResponse>",
        ] {
            let exchange = ScriptedExchange([.answer(200, body), .answer(200, body), .answer(200, body)])
            let client = EC2Client(client: try scriptedClient(exchange))
            await #expect { try await client.describeSecurityGroups(["sg-1"]) } throws: { error in
                (error as? AWSError)?.code == .malformedResponse
            }
        }
    }

    @Test func iamHasOneEndpointForAPartitionAndItsOwnRegionInSignatures() async throws {
        let answer = """
            <SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
            <SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults><member>
            <MatchedStatements/><EvalActionName>ecs:RunTask</EvalActionName><EvalDecision>implicitDeny</EvalDecision>
            </member></EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>
            """
        let exchange = ScriptedExchange([.answer(200, answer)])
        let decision = try await IAMClient(client: try scriptedClient(exchange)).simulate(
            principalARN: "arn:aws:iam::111122223333:role/slipway", action: "ecs:RunTask", resourceARN: "*",
            context: ["ecs:cluster": "arn:c"])
        #expect(decision == .implicitDeny)
        let request = try #require(exchange.requests.first)
        #expect(request.url == "https://iam.amazonaws.com/")
        #expect(request.headers["Authorization"].first?.contains("/us-east-1/iam/aws4_request") == true)
        #expect(
            try form(request).suffix(3) == [
                "ContextEntries.member.1.ContextKeyName=ecs%3Acluster", "ContextEntries.member.1.ContextKeyType=string",
                "ContextEntries.member.1.ContextKeyValues.member.1=arn%3Ac",
            ])
    }

    @Test func aRoleThatIsNotThereIsTold() async throws {
        let exchange = ScriptedExchange([
            .answer(
                404,
                """
                <ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no</Message></Error>
                <RequestId>r</RequestId></ErrorResponse>
                """),
            .answer(
                200,
                """
                <GetRoleResponse><GetRoleResult><Role><Path>/ci/</Path><RoleName>slipway</RoleName>
                <Arn>arn:aws:iam::111122223333:role/ci/slipway</Arn></Role></GetRoleResult></GetRoleResponse>
                """),
        ])
        let client = IAMClient(client: try scriptedClient(exchange))
        #expect(try await client.role(named: "slipway") == nil)
        #expect(try await client.role(named: "slipway")?.arn == "arn:aws:iam::111122223333:role/ci/slipway")
    }
}
