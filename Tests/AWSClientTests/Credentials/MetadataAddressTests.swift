@testable import AWSClient
import Foundation
import NIOHTTP1
import Testing

/// Where the sources ask, without a network: their real addresses exist on AWS only.
@Suite struct MetadataAddressTests {
    private func context(_ variables: [String: String], _ exchange: ScriptedExchange) throws -> CredentialContext {
        CredentialContext(
            variables: variables, credentialsFilePath: "/nowhere", configFilePath: "/nowhere",
            region: try AWSRegion("eu-west-1"), endpoints: AWSEndpoints(), exchange: exchange,
            runtime: ManualRuntime().runtime, logger: quiet
        )
    }

    private let document = ScriptedExchange.Reply.answer(200, #"{"AccessKeyId":"A","SecretAccessKey":"s"}"#)

    @Test func theContainersRelativePathIsBelowTheECSAddressAndWins() async throws {
        let exchange = ScriptedExchange([self.document])
        let variables = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/x",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://example.com/",
        ]
        _ = try await ContainerCredentials(context: try context(variables, exchange)).credentials()
        #expect(exchange.requests.map(\.url) == ["http://169.254.170.2/v2/credentials/x"])
        #expect(exchange.requests.first?.headers["Accept"] == ["application/json"])
        #expect(exchange.requests.first?.headers.contains(name: "Authorization") == false)
    }

    @Test(
        arguments: [
            ([:], "http://169.254.169.254"),
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]"),
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:99/"], "http://127.0.0.1:99"),
        ] as [([String: String], String)])
    func instanceMetadataIsAskedInThreeSteps(variables: [String: String], origin: String) async throws {
        let exchange = ScriptedExchange([.answer(200, "TOKEN"), .answer(200, "role"), self.document])
        _ = try await InstanceMetadataCredentials(context: try context(variables, exchange)).credentials()
        let roles = "/latest/meta-data/iam/security-credentials/"
        #expect(exchange.requests.map(\.url) == ["/latest/api/token", roles, roles + "role"].map { origin + $0 })
        #expect(exchange.requests.map(\.method) == [.PUT, .GET, .GET])
        #expect(exchange.requests.map { $0.headers["X-Aws-Ec2-Metadata-Token"] } == [[], ["TOKEN"], ["TOKEN"]])
    }

    @Test func instanceMetadataIsAskedOnceUnlessToldOtherwise() async throws {
        for (variables, count) in [([:], 1), (["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"], 3)]
            as [([String: String], Int)]
        {
            let exchange = ScriptedExchange(Array(repeating: .failure(.notSent), count: 5))
            let provider = InstanceMetadataCredentials(context: try context(variables, exchange))
            let error = await caught(CredentialError.self) { _ = try await provider.credentials() }
            #expect(error?.code == .notConfigured)
            #expect(exchange.requests.count == count)
        }
    }

    @Test(arguments: ["a/../b", "a b", "a\u{7F}", String(repeating: "r", count: 129)])
    func aRoleNameThatWouldLeaveThePathIsRefused(role: String) async throws {
        let exchange = ScriptedExchange([.answer(200, "TOKEN"), .answer(200, role), self.document])
        let provider = InstanceMetadataCredentials(context: try context([:], exchange))
        await #expect(throws: CredentialError.self) { try await provider.credentials() }
        #expect(exchange.requests.count == 2)
    }
}
