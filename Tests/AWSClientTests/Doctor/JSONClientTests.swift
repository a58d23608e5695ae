@testable import AWSClient
import Foundation
import NIOHTTP1
import Testing

/// Service Quotas, ECR and CloudWatch Logs.
@Suite(.timeLimit(.minutes(1))) struct JSONClientTests {
    private func body(_ request: HTTPExchangeRequest?) throws -> NSDictionary {
        let request = try #require(request)
        return try #require(try JSONSerialization.jsonObject(with: request.body) as? NSDictionary)
    }

    @Test func aQuotaThatNobodyHasChangedIsAWSsDefault() async throws {
        let exchange = ScriptedExchange([
            .answer(400, #"{"__type":"NoSuchResourceException","Message":"no"}"#),
            .answer(200, #"{"Quota":{"QuotaCode":"L-3032A538","Value":6.0,"Unit":"None"}}"#),
        ])
        let client = ServiceQuotasClient(client: try scriptedClient(exchange))
        #expect(try await client.quota(service: "fargate", code: "L-3032A538") == 6)
        let operations = exchange.requests.compactMap { $0.headers["X-Amz-Target"].first }
        #expect(
            operations == [
                "ServiceQuotasV20190624.GetServiceQuota", "ServiceQuotasV20190624.GetAWSDefaultServiceQuota",
            ])
        let sent = try body(exchange.requests.last)
        #expect(sent == ["ServiceCode": "fargate", "QuotaCode": "L-3032A538"])
        #expect(exchange.requests.first?.url == "https://servicequotas.eu-west-1.amazonaws.com/")
    }

    @Test func anImageIsFoundByTagOrDigestOrTold() async throws {
        let exchange = ScriptedExchange([
            .answer(200, #"{"imageDetails":[{"imageDigest":"sha256:1"}]}"#),
            .answer(400, #"{"__type":"ImageNotFoundException","message":"no"}"#),
            .answer(400, #"{"__type":"RepositoryNotFoundException","message":"no"}"#),
        ])
        let client = ECRClient(client: try scriptedClient(exchange))
        let host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
        #expect(try await client.find(try #require(ECRImage("\(host)/ci/agent:1"))) == .found)
        #expect(try await client.find(try #require(ECRImage("\(host)/ci/agent@sha256:1"))) == .noImage)
        #expect(try await client.find(try #require(ECRImage("\(host)/ci/agent"))) == .noRepository)
        let asked: [NSDictionary] = [["imageTag": "1"], ["imageDigest": "sha256:1"], ["imageTag": "latest"]]
        for (request, id) in zip(exchange.requests, asked) {
            let sent = try body(request)
            let expected: NSDictionary = [
                "registryId": "111122223333", "repositoryName": "ci/agent", "imageIds": [id],
            ]
            #expect(sent == expected)
        }
        #expect(exchange.requests.first?.url == "https://api.ecr.eu-west-1.amazonaws.com/")
        #expect(exchange.requests.first?.headers["Authorization"].first?.contains("/eu-west-1/ecr/") == true)
    }

    @Test func aSecretIsDescribedWithoutItsValueOrTold() async throws {
        let exchange = ScriptedExchange([
            .answer(200, #"{"ARN":"arn","Name":"azp","DeletedDate":null}"#),
            .answer(200, #"{"ARN":"arn","Name":"azp","DeletedDate":1.764E9}"#),
            .answer(400, #"{"__type":"ResourceNotFoundException","Message":"no"}"#),
        ])
        let client = SecretsManagerClient(client: try scriptedClient(exchange))
        #expect(try await client.describeSecret("azp") == SecretDescription(isDeleted: false))
        #expect(try await client.describeSecret("azp") == SecretDescription(isDeleted: true))
        #expect(try await client.describeSecret("azp") == nil)
        #expect(exchange.requests.first?.headers["X-Amz-Target"].first == "secretsmanager.DescribeSecret")
        #expect(try body(exchange.requests.first) == ["SecretId": "azp"])
    }

    @Test func aParameterIsLookedForByItsWholeName() async throws {
        let exchange = ScriptedExchange([
            .answer(200, #"{"Parameters":[],"NextToken":"t"}"#),
            .answer(200, #"{"Parameters":[{"Name":"/build/azp","Type":"SecureString"}]}"#), .answer(200, "{}"),
        ])
        let client = ParameterStoreClient(client: try scriptedClient(exchange))
        #expect(try await client.hasParameter(["/build/azp"]))
        #expect(try await !client.hasParameter(["/build/azp"]))
        let filter: NSDictionary = ["Key": "Name", "Option": "Equals", "Values": ["/build/azp"]]
        #expect(try body(exchange.requests.first) == ["ParameterFilters": [filter]])
        #expect(exchange.requests.first?.headers["X-Amz-Target"].first == "AmazonSSM.DescribeParameters")
        #expect(exchange.requests.first?.url == "https://ssm.eu-west-1.amazonaws.com/")
    }

    @Test func aQueueIsFoundByItsNameOrTold() async throws {
        let url = "https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-events"
        let exchange = ScriptedExchange([
            .answer(200, #"{"QueueUrl":"\#(url)"}"#),
            .answer(400, #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}"#),
        ])
        let client = try scriptedClient(exchange)
        #expect(try await SQSQueue.url(named: "slipway-events", client: client) == url)
        #expect(try await SQSQueue.url(named: "slipway-events", client: client) == nil)
        #expect(try body(exchange.requests.first) == ["QueueName": "slipway-events"])
    }

    @Test func referencesOfContainersAreReadAsECSReadsThem() {
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ci/azp-AbCdEf"
        #expect(ContainerSecretPlace(secret) == .secret(arn: secret))
        #expect(ContainerSecretPlace("\(secret):token:AWSCURRENT:") == .secret(arn: secret))
        #expect(ContainerSecretPlace(secret)?.region == "eu-west-1")
        let parameter = "arn:aws:ssm:eu-west-1:111122223333:parameter/"
        #expect(ContainerSecretPlace("\(parameter)azp") == .parameter(name: "azp", arn: "\(parameter)azp"))
        #expect(ContainerSecretPlace("\(parameter)ci/azp") == .parameter(name: "/ci/azp", arn: "\(parameter)ci/azp"))
        #expect(ContainerSecretPlace("/ci/azp") == .parameter(name: "/ci/azp", arn: nil))
        #expect(ContainerSecretPlace("/ci/azp")?.region == nil)
        for text in ["", "arn:aws:s3:::bucket", "a:b", "arn:aws:secretsmanager:eu-west-1:1:secret:", parameter] {
            #expect(ContainerSecretPlace(text) == nil, "\(text)")
        }
    }

    @Test func namesOfOtherRegistriesAreNotTakenForECRs() throws {
        for name in [
            "", "agent", "registry.example.com/agent:1", "public.ecr.aws/x/agent:1", "docker.io/library/agent",
            "1111.dkr.ecr.eu-west-1.amazonaws.com/agent", "111122223333.dkr.ecr.eu-west-1.example.com/agent",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/:1",
        ] {
            #expect(ECRImage(name) == nil, "\(name)")
        }
        let china = try #require(ECRImage("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/a/b:c@sha256:00"))
        #expect(china.region == "cn-north-1" && china.repository == "a/b" && china.reference == .digest("sha256:00"))
        #expect(ECRImage("111122223333.dkr-ecr.eu-west-1.on.aws/a:1")?.reference == .tag("1"))
    }

    @Test func aLogGroupIsThereByItsWholeNameAlone() async throws {
        let exchange = ScriptedExchange([
            .answer(200, #"{"logGroups":[{"logGroupName":"/azp/agent"},{"logGroupName":"/azp/agents"}]}"#),
            .answer(200, #"{"logGroups":[{"logGroupName":"/azp/agents"}]}"#), .answer(200, "{}"),
        ])
        let client = LogsClient(client: try scriptedClient(exchange))
        #expect(try await client.hasLogGroup("/azp/agent"))
        #expect(try await !client.hasLogGroup("/azp/agent"))
        #expect(try await !client.hasLogGroup("/azp/agent"))
        #expect(exchange.requests.first?.headers["X-Amz-Target"].first == "Logs_20140328.DescribeLogGroups")
    }
}
