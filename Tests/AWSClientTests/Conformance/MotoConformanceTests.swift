@testable import AWSClient
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// The client against moto, which others wrote from AWS's models: syntax of requests and answers, and signatures.
/// Serialised, since one server has one state.
///
/// moto's quirks that shape these tests: tasks need `FARGATE` as launch type, a security group and memory per
/// container; client tokens are ignored; a task steps towards STOPPED with every look unless told otherwise.
@Suite(.serialized, .disabled(if: MotoServer.isSkipped, "SLIPWAY_SKIP_MOTO=1"), .timeLimit(.minutes(10)))
struct MotoConformanceTests {
    struct World {
        var moto: MotoServer
        var http: HTTPClient

        func client(_ credentials: AWSCredentials = AWSCredentials(accessKeyID: "AKIDTEST", secretAccessKey: "test"))
            throws
            -> AWSClient
        {
            AWSClient(
                region: try AWSRegion("eu-west-1"), credentials: StaticCredentialProvider(credentials),
                httpClient: self.http,
                endpoints: AWSEndpoints(override: try AWSEndpoint(self.moto.url)), logger: quiet
            )
        }

        /// moto's own control interface.
        func control(_ path: String, body: String, type: String = "text/plain") async throws {
            var request = HTTPClientRequest(url: self.moto.url + path)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(ByteBuffer(string: body))
            let response = try await self.http.execute(request, timeout: .seconds(10))
            #expect((200...201).contains(response.status.code), "\(path)")
            _ = try await response.body.collect(upTo: 1 << 20)
        }

        /// Calls that the product doesn't make, for preparing: JSON out, text back.
        func prepare(_ service: AWSService, _ operation: String, _ body: String) async throws -> String {
            let call = AWSCall(service: service, operation: operation, body: Data(body.utf8), isRepeatable: true)
            return try await client().perform(call) { String(decoding: $0.body, as: UTF8.self) }
        }

        func query(
            _ service: AWSService, _ operation: String, version: String, _ parameters: [(name: String, value: String)]
        )
            async throws -> XMLFields
        {
            let call = AWSCall.query(service, operation, version: version, parameters)
            return try await client().perform(call) { answer in try #require(XMLFields(answer.body)) }
        }
    }

    func withWorld(_ body: (World) async throws -> Void) async throws {
        let moto = try await MotoServer.shared()
        try await withHTTPClient { http in
            let world = World(moto: moto, http: http)
            try await world.control("/moto-api/reset-auth", body: "inf")
            try await world.control("/moto-api/reset", body: "")
            try await body(world)
        }
    }

    private static let ec2 = AWSService(
        name: "EC2", endpointPrefix: "ec2", signingName: "ec2", settingsID: "EC2",
        wireProtocol: .query(version: "2016-11-15")
    )
    private static let iam = AWSService(
        name: "IAM", endpointPrefix: "iam", signingName: "iam", settingsID: "IAM",
        wireProtocol: .query(version: "2010-05-08")
    )

    private func registered(_ ecs: ECSClient) async throws -> TaskDefinition {
        var container = ContainerDefinition(name: "agent", image: "agent:1")
        container.memoryMiB = 512
        container.stopTimeoutSeconds = 120
        container.usesInitProcess = true
        container.secrets = [
            ContainerSecret(name: "AZP_TOKEN", valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:t")
        ]
        container.environment = [NameValue(name: "AZP_POOL", value: "ecs")]
        container.logConfiguration = LogConfiguration(logDriver: "awslogs", options: ["awslogs-group": "agents"])
        var request = RegisterTaskDefinitionRequest(
            family: "azp-agent", containerDefinitions: [container], cpuUnits: 256, memoryMiB: 512
        )
        request.executionRoleARN = "arn:aws:iam::123456789012:role/execution"
        request.runtimePlatform = RuntimePlatform(cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX")
        request.tags = [ECSTag(key: "slipway", value: "yes")]
        return try await ecs.registerTaskDefinition(request).taskDefinition
    }

    @Test func aTaskIsStartedFoundDescribedAndStopped() async throws {
        try await withWorld { world in
            let ecs = ECSClient(client: try world.client())
            _ = try await world.prepare(.ecs, "CreateCluster", #"{"clusterName":"agents"}"#)
            let transition = #"{"model_name":"ecs::task","transition":{"progression":"manual","times":1000000}}"#
            try await world.control(
                "/moto-api/state-manager/set-transition", body: transition, type: "application/json")
            let definition = try await registered(ecs)
            let subnets = try await world.query(Self.ec2, "DescribeSubnets", version: "2016-11-15", [])
            let groups = try await world.query(Self.ec2, "DescribeSecurityGroups", version: "2016-11-15", [])

            var request = RunTaskRequest(
                cluster: "agents", taskDefinition: "azp-agent:\(try #require(definition.revision))",
                clientToken: try ClientToken("01J-1"), capacity: .launchType(.fargate)
            )
            request.network = NetworkConfiguration(
                subnets: [try #require(subnets.first(named: "subnetId"))],
                securityGroups: [try #require(groups.first(named: "groupId"))]
            )
            request.startedBy = "slipway/01J"
            request.tags = [
                ECSTag(key: "slipway:launch", value: "01J"), ECSTag.fitting(key: "pipeline", value: "größer & mehr"),
            ]
            request.overrides = TaskOverride(containers: [
                ContainerOverride(name: "agent", environment: ["AZP_POOL": "ecs-linux"])
            ])
            let result = try await ecs.runTask(request)
            #expect(result.failures.isEmpty)
            let started = try #require(result.tasks.first)
            #expect(started.startedBy == "slipway/01J")
            #expect(started.clusterARN?.hasSuffix("cluster/agents") == true)
            #expect(started.taskDefinitionARN == definition.taskDefinitionARN)
            #expect(started.attachments.first?.details.contains { $0.name == "subnetId" } == true)

            #expect(try await ecs.listTasks(cluster: "agents", .startedBy("slipway/01J")) == [started.taskARN])
            #expect(try await ecs.listTasks(cluster: "agents", .family("azp-agent")) == [started.taskARN])
            #expect(try await ecs.listTasks(cluster: "agents", .startedBy("slipway/other")) == [])

            let described = try await ecs.describeTasks([started.taskARN], cluster: "agents", includesTags: true)
            #expect(described.tasks.map(\.taskARN) == [started.taskARN])
            #expect(described.tasks.first?.lastStatus == .running)
            #expect(Set(described.tasks.first?.tags ?? []) == Set(request.tags))

            let stopped = try await ecs.stopTask(started.taskARN, cluster: "agents", reason: "job cancelled")
            #expect(stopped.desiredStatus == .stopped)
            let after = try await ecs.describeTasks([started.taskARN], cluster: "agents")
            #expect(after.tasks.first?.isStopped == true)
            #expect(after.tasks.first?.stoppedReason == "job cancelled")
        }
    }

    @Test func aTaskDefinitionGoesAndComesBackWhole() async throws {
        try await withWorld { world in
            let ecs = ECSClient(client: try world.client())
            let first = try await registered(ecs)
            #expect(first.revision == 1)
            #expect(try await registered(ecs).revision == 2)
            let described = try await ecs.describeTaskDefinition("azp-agent", includesTags: true)
            let definition = described.taskDefinition
            #expect(definition.revision == 2)
            #expect(definition.isActive)
            #expect(definition.networkMode == "awsvpc")
            #expect(definition.cpu == "256")
            #expect(definition.executionRoleARN == "arn:aws:iam::123456789012:role/execution")
            #expect(definition.runtimePlatform?.cpuArchitecture == "X86_64")
            #expect(described.tags == [ECSTag(key: "slipway", value: "yes")])
            let container = try #require(definition.containerDefinitions.first)
            #expect(container.name == "agent")
            #expect(container.memoryMiB == 512)
            #expect(container.stopTimeoutSeconds == 120)
            #expect(container.usesInitProcess == true)
            #expect(container.secrets.first?.name == "AZP_TOKEN")
            #expect(container.logConfiguration?.options?["awslogs-group"] == "agents")
            #expect(try await ecs.describeTaskDefinition("azp-agent:1").taskDefinition.revision == 1)
        }
    }

    @Test func unknownNamesAreErrorsOrFailuresAsECSHasThem() async throws {
        try await withWorld { world in
            let ecs = ECSClient(client: try world.client())
            _ = try await world.prepare(.ecs, "CreateCluster", #"{"clusterName":"agents"}"#)
            #expect(
                try await ecs.listClusters(limit: 10) == ["arn:aws:ecs:eu-west-1:123456789012:cluster/agents"])
            #expect(try await ecs.listTaskDefinitionFamilies(limit: 10).isEmpty)
            let clusters = try await ecs.describeClusters(["agents", "nowhere"])
            #expect(clusters.clusters.map(\.clusterName) == ["agents"])
            #expect(clusters.clusters.first?.isActive == true)
            #expect(clusters.failures.map(\.isMissing) == [true])

            let noCluster = await caught(AWSError.self) {
                _ = try await ecs.listTasks(cluster: "nowhere", .family(nil))
            }
            #expect(noCluster?.code.rawValue == "ClusterNotFoundException")
            #expect(noCluster?.httpStatus == 400)
            #expect(noCluster?.requestID?.isEmpty == false)
            let noDefinition = await caught(AWSError.self) { _ = try await ecs.describeTaskDefinition("nothing") }
            #expect(noDefinition?.code.rawValue == "ClientException")
            #expect(noDefinition?.classification == .permanent)
        }
    }

    @Test func anInternalErrorIsAnHTMLPageWithStatus500() async throws {
        try await withWorld { world in
            let error = await caught(AWSError.self) { _ = try await world.prepare(.ecs, "NoSuchOperation", "{}") }
            #expect(error?.httpStatus == 500)
            #expect(error?.classification == .transient)
            #expect(error?.attempts == 3)
        }
    }

    @Test func securityTokensComeAndTellWhoseTheyAre() async throws {
        try await withWorld { world in
            let sts = STSClient(client: try world.client())
            let identity = try await sts.getCallerIdentity()
            #expect(identity.account == "123456789012")
            let role = "arn:aws:iam::123456789012:role/slipway"
            let assumed = try await sts.assumeRole(
                roleARN: role, sessionName: "slipway", durationSeconds: 900, externalID: "a+b/c =&"
            )
            #expect(assumed.accessKeyID.hasPrefix("ASIA"))
            #expect(assumed.sessionToken?.isEmpty == false)
            let remaining = try #require(assumed.expiration).timeIntervalSinceNow
            #expect((800...960).contains(remaining))
            let whose = try await STSClient(client: try world.client(assumed)).getCallerIdentity()
            #expect(whose.arn.hasSuffix("assumed-role/slipway/slipway"))

            let web = try await sts.assumeRoleWithWebIdentity(roleARN: role, sessionName: "slipway", token: "a.b.c")
            #expect(web.sessionToken?.isEmpty == false)
        }
    }

    @Test func theInstanceMetadataServiceGivesCredentialsThroughTheChain() async throws {
        try await withWorld { world in
            try await withTemporaryDirectory { home in
                let variables = [
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT": world.moto.url, "AWS_ENDPOINT_URL": world.moto.url,
                ]
                let settings = try AWSSettings(variables: variables, homeDirectory: home)
                let region = try await settings.region(httpClient: world.http, logger: quiet)
                #expect(region.name == "us-east-1")
                let credentials = try await settings.credentials(region: region, httpClient: world.http, logger: quiet)
                    .credentials()
                #expect(credentials.accessKeyID == "test-key")
                #expect(credentials.source == "EC2 instance metadata, role default-role")
                let client = settings.client(region: region, httpClient: world.http, logger: quiet)
                #expect(try await STSClient(client: client).getCallerIdentity().account == "123456789012")
            }
        }
    }

    @Test func secretsAreReadAsTextAndBytes() async throws {
        try await withWorld { world in
            let secrets = SecretsManagerClient(client: try world.client())
            _ = try await world.prepare(.secretsManager, "CreateSecret", #"{"Name":"pat","SecretString":"s3cr\"et"}"#)
            _ = try await world.prepare(.secretsManager, "CreateSecret", #"{"Name":"key","SecretBinary":"AP8B"}"#)
            let pat = try await secrets.getSecretValue("pat")
            #expect(pat.text == "s3cr\"et")
            #expect(pat.versionID?.isEmpty == false)
            #expect(!"\(pat)".contains("s3cr"))
            #expect(try await secrets.getSecretValue(try #require(pat.arn)).text == "s3cr\"et")
            #expect(try await secrets.getSecretValue("key").bytes == [0x00, 0xFF, 0x01])
            let missing = await caught(AWSError.self) { _ = try await secrets.getSecretValue("nothing") }
            #expect(missing?.code.rawValue == "ResourceNotFoundException")
            #expect(missing?.classification == .permanent)
        }
    }

    private static let events = AWSService(
        name: "EventBridge", endpointPrefix: "events", signingName: "events", settingsID: "EVENTBRIDGE",
        wireProtocol: .json(targetPrefix: "AWSEvents")
    )

    private func queue(_ name: String, in world: World) async throws -> SQSQueue {
        let answer = try await world.prepare(.sqs, "CreateQueue", #"{"QueueName":"\#(name)"}"#)
        let created = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: String]
        return try SQSQueue(try #require(created?["QueueUrl"]))
    }

    @Test func messagesAreReceivedHiddenCountedAndDeleted() async throws {
        try await withWorld { world in
            let queue = try await queue("slipway-events", in: world)
            let sqs = SQSClient(client: try world.client(), queue: queue)
            #expect(try await sqs.receiveMessages(waitSeconds: 0) == [])
            for text in ["one", "größer\\n"] {
                let body = #"{"QueueUrl":"\#(queue.url)","MessageBody":"\#(text)"}"#
                _ = try await world.prepare(.sqs, "SendMessage", body)
            }
            let first = try await sqs.receiveMessages(waitSeconds: 5, hiddenSeconds: 0)
            let second = try await sqs.receiveMessages(waitSeconds: 5, hiddenSeconds: 600)
            #expect(Set(first.map(\.body)) == ["one", "größer\n"])
            #expect(Set(first.map(\.messageID)) == Set(second.map(\.messageID)))
            #expect(first.map(\.receiveCount) == [1, 1])
            #expect(second.map(\.receiveCount) == [2, 2])
            #expect((first + second).map(\.isIntact) == [true, true, true, true])
            #expect(try await sqs.receiveMessages(waitSeconds: 0) == [])
            let attributes = try await sqs.attributes()
            #expect(attributes["ApproximateNumberOfMessagesNotVisible"] == "2")

            let failures = try await sqs.deleteMessages(second.map(\.receiptHandle) + ["no-such-receipt"])
            #expect(failures.map(\.receiptHandle) == ["no-such-receipt"])
            #expect(failures.first?.isReceiptOver == true)
            #expect(try await sqs.attributes()["ApproximateNumberOfMessagesNotVisible"] == "0")
        }
    }

    @Test func aLongPollWaitsAndEndsWithTheMessage() async throws {
        try await withWorld { world in
            let queue = try await queue("slipway-events", in: world)
            let sqs = SQSClient(client: try world.client(), queue: queue)
            async let received = sqs.receiveMessages()
            try await Task.sleep(for: .milliseconds(300))
            _ = try await world.prepare(
                .sqs, "SendMessage", #"{"QueueUrl":"\#(queue.url)","MessageBody":"late"}"#)
            #expect(try await received.map(\.body) == ["late"])
        }
    }

    @Test func aQueueThatDoesNotExistIsToldByItsCode() async throws {
        try await withWorld { world in
            let queue = try SQSQueue("\(world.moto.url)/123456789012/nothing")
            let sqs = SQSClient(client: try world.client(), queue: queue)
            let error = await caught(AWSError.self) { _ = try await sqs.receiveMessages(waitSeconds: 0) }
            #expect(error?.code.rawValue == "QueueDoesNotExist")
            #expect(error?.classification == .permanent)
            #expect(error?.advice.contains("queue's URL") == true)
        }
    }

    /// The way that AWS's own events take; EventBridge itself refuses the source `aws.ecs` from others.
    @Test func anEventComesThroughARuleAndIsRead() async throws {
        try await withWorld { world in
            let queue = try await queue("slipway-events", in: world)
            let sqs = SQSClient(client: try world.client(), queue: queue)
            let arn = try #require(try await sqs.attributes()["QueueArn"])
            func json(_ value: Any) throws -> String {
                String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
            }
            let pattern = try json([
                "source": ["aws.ecs"], "detail-type": ["ECS Task State Change"],
                "detail": ["startedBy": [["prefix": "slipway/"]]],
            ])
            _ = try await world.prepare(
                Self.events, "PutRule", try json(["Name": "slipway", "EventPattern": pattern]))
            _ = try await world.prepare(
                Self.events, "PutTargets", try json(["Rule": "slipway", "Targets": [["Id": "queue", "Arn": arn]]]))
            let fixture = try JSONSerialization.jsonObject(with: Fixture.data("events/task-stopped.json"))
            var detail = try #require((fixture as? [String: Any])?["detail"] as? [String: Any])
            var entries: [[String: String]] = []
            for startedBy in ["other/1", "slipway/a-44-7-1"] {
                detail["startedBy"] = startedBy
                entries.append([
                    "Source": "aws.ecs", "DetailType": "ECS Task State Change", "Detail": try json(detail),
                ])
            }
            _ = try await world.prepare(Self.events, "PutEvents", try json(["Entries": entries]))
            let messages = try await sqs.receiveMessages(waitSeconds: 5)
            try #require(messages.count == 1)
            guard case .task(let event) = ECSEventReading(messages[0].body) else {
                Issue.record("not read: \(messages[0].body)")
                return
            }
            #expect(event.region == "eu-west-1")
            #expect(event.task.startedBy == "slipway/a-44-7-1")
            #expect(event.task.isStopped)
            #expect(event.task.version == 5)
        }
    }

    /// moto computes the signature itself here: an independent verifier of ours.
    @Test func signaturesAndPermissionsAreCheckedByTheOtherSide() async throws {
        try await withWorld { world in
            func iam(_ operation: String, _ parameters: [(name: String, value: String)]) async throws -> XMLFields {
                try await world.query(Self.iam, operation, version: "2010-05-08", parameters)
            }
            _ = try await iam("CreateUser", [(name: "UserName", value: "slipway")])
            let policy =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:DescribeClusters","Resource":"*"}]}"#
            _ = try await iam(
                "PutUserPolicy",
                [
                    (name: "UserName", value: "slipway"), (name: "PolicyName", value: "p"),
                    (name: "PolicyDocument", value: policy),
                ])
            let key = try await iam("CreateAccessKey", [(name: "UserName", value: "slipway")])
            let right = AWSCredentials(
                accessKeyID: try #require(key.first(named: "AccessKeyId")),
                secretAccessKey: try #require(key.first(named: "SecretAccessKey"))
            )
            try await world.control("/moto-api/reset-auth", body: "0")
            func error(_ credentials: AWSCredentials, _ call: (ECSClient) async throws -> Void) async throws
                -> AWSError?
            {
                let ecs = ECSClient(client: try world.client(credentials))
                return await caught(AWSError.self) { try await call(ecs) }
            }
            let allowed = try await error(right) { _ = try await $0.describeClusters(["default"]) }
            #expect(allowed == nil)

            let wrong = AWSCredentials(accessKeyID: right.accessKeyID, secretAccessKey: "WRONGSECRET")
            let mismatch = try await error(wrong) { _ = try await $0.describeClusters(["default"]) }
            #expect(mismatch?.code.rawValue == "SignatureDoesNotMatch")
            #expect(mismatch?.httpStatus == 403)
            #expect(mismatch?.classification == .accessDenied)
            #expect(mismatch?.advice.contains("secret access key") == true)
            #expect(mismatch?.attempts == 1)

            let nobody = AWSCredentials(accessKeyID: "AKIANOBODY", secretAccessKey: "x")
            let unknown = try await error(nobody) { _ = try await $0.describeClusters(["default"]) }
            #expect(unknown?.code.rawValue == "InvalidClientTokenId")
            #expect(unknown?.classification == .expiredCredentials)

            let denied = try await error(right) { _ = try await $0.listTasks(cluster: "default", .family(nil)) }
            #expect(denied?.code.rawValue == "AccessDenied")
            #expect(denied?.classification == .accessDenied)
            #expect(denied?.message.contains("ecs:ListTasks") == true)
        }
    }
}
