import Foundation
import SlipwayCore
import Synchronization
import Testing

@testable import AWSClient
@testable import slipway

/// The doctor's questions to AWS that the server itself never asks.
@Suite(.timeLimit(.minutes(1))) struct DoctorAWSTests {
    private func findings(
        _ check: String, _ configuration: String? = nil, _ change: (inout DoctorServices) throws -> Void = { _ in }
    ) async throws -> [Finding] {
        var services = try DoctorServices.fake()
        try change(&services)
        let loaded = try load(try configuration ?? Fixture.text("design-sketch.yaml"))
        let results = await DoctorRun(DoctorChecks(loaded: loaded, services: services).all).results()
        let found = results.first { $0.check == check }?.findings ?? []
        // Each finding that isn't in order says how to mend it.
        #expect(found.allSatisfy { [.ok, .skipped].contains($0.status) || $0.mend?.isEmpty == false })
        return found
    }

    private func texts(_ findings: [Finding]) -> [String] { findings.map { "\($0.status): \($0.message)" } }

    private static func denied(_ service: String) -> AWSError {
        AWSError(.init(rawValue: "AccessDeniedException"), .accessDenied, message: "no", service: service)
    }

    private static let executionRole = "arn:aws:iam::111122223333:role/azp-agent-execution"

    // MARK: Network

    @Test func `A network with room is told in one line`() async throws {
        #expect(
            texts(try await findings("network"))
                == ["ok: subnet-a, subnet-b of vpc-1: 502 addresses are free, for 100 agents at most"])
    }

    @Test func `Subnets and groups that are not there are named`() async throws {
        let found = try await findings("network") { services in
            services.subnets = { _ in [Subnet(id: "subnet-b", vpcID: "vpc-1", freeAddresses: 251)] }
            services.securityGroups = { _ in [] }
        }
        #expect(texts(found) == ["failed: not in eu-west-1: subnet-a", "failed: not in eu-west-1: sg-1"])
    }

    @Test func `What lies in another VPC is named`() async throws {
        let split = try await findings("network") { services in
            services.subnets = { ids in ids.map { Subnet(id: $0, vpcID: "vpc-of-\($0)", freeAddresses: 251) } }
        }
        #expect(
            texts(split) == [
                "failed: subnets of one placement lie in several VPCs, so ECS refuses it: subnet-a of vpc-of-subnet-a, "
                    + "subnet-b of vpc-of-subnet-b"
            ])
        let foreign = try await findings("network") { services in
            services.securityGroups = { ids in ids.map { SecurityGroup(id: $0, vpcID: "vpc-2") } }
        }
        #expect(
            texts(foreign).first
                == "failed: security group sg-1 is of vpc-2, its placement's subnets are of vpc-1: ECS refuses it")
    }

    @Test(arguments: [(48, true), (49, false)])
    func `Free addresses are held against the agents that don't run yet`(_ free: Int, _ isShort: Bool) async throws {
        // 100 agents at most, 3 of them run: 97 are to come, in two subnets.
        let found = try await findings("network") { services in
            services.subnets = { ids in ids.map { Subnet(id: $0, vpcID: "vpc-1", freeAddresses: free) } }
        }
        #expect(found.map(\.status) == [isShort ? .warning : .ok], "\(texts(found))")
    }

    @Test func `A pool's own limit bounds what is to come`() async throws {
        let text = try Fixture.text("design-sketch.yaml")
            .replacing("  - name: ecs-linux\n", with: "  - name: ecs-linux\n    maximumAgents: 10\n")
        #expect(texts(try await findings("network", text)).first?.hasSuffix("for 10 agents at most") == true)
        #expect(
            texts(try await findings("quotas", text)) == [
                "ok: Fargate On-Demand vCPU resource count: 4000, and maximumAgents come to 40",
                "ok: Fargate Spot vCPU resource count: 4000, and maximumAgents come to 40",
            ], "ten of the larger ones")
    }

    // MARK: Quotas

    @Test func `A quota below what the limits come to is a warning with the request for more`() async throws {
        let found = try await findings("quotas") { services in
            services.fargateQuota = { $0 == "L-36FBB829" ? 6 : 250 }
        }
        #expect(
            texts(found) == [
                "ok: Fargate On-Demand vCPU resource count: 250, and maximumAgents come to 250",
                "warning: Fargate Spot vCPU resource count: 6, and maximumAgents come to 250: agents beyond it wait for those "
                    + "before them",
            ])
        #expect(found[1].mend?.contains("--quota-code L-36FBB829 --desired-value 250 --region eu-west-1") == true)
    }

    @Test func `Without a placement on Fargate there is no quota to look at`() async throws {
        let text = try Fixture.text("design-sketch.yaml").replacing(
            "capacityProvider: FARGATE_SPOT", with: "launchType: EC2"
        )
        .replacing("capacityProvider: FARGATE,", with: "launchType: EXTERNAL,")
        #expect(try await findings("quotas", text).isEmpty)
    }

    // MARK: Permissions

    @Test func `What the server does is simulated for its role, each with its conditions`() async throws {
        let asked = Mutex<[String]>([])
        let found = try await findings("permissions") { services in
            services.role = { IAMRole(arn: "arn:aws:iam::111122223333:role/ci/\($0)") }
            services.decision = { principal, action, resource, context in
                let conditions = context.map { "\($0.key)=\($0.value)" }.joined()
                guard principal != Self.executionRole else { return .allowed }
                asked.withLock { $0.append("\(principal) \(action) \(resource) \(conditions)") }
                return .allowed
            }
        }
        let principal = "arn:aws:iam::111122223333:role/ci/slipway"
        let (ecs, cluster) = ("arn:aws:ecs:eu-west-1:111122223333", "ecs:cluster=")
        let inCluster = "\(cluster)\(ecs):cluster/build-agents"
        let task = "\(ecs):task/build-agents/00000000000000000000000000000000"
        #expect(
            asked.withLock { $0 } == [
                "\(principal) ecs:RunTask \(ecs):task-definition/azp-agent:7 \(inCluster)",
                "\(principal) ecs:TagResource \(task) ecs:CreateAction=RunTask",
                "\(principal) ecs:DescribeTasks \(task) \(inCluster)",
                "\(principal) ecs:StopTask \(task) \(inCluster)", "\(principal) ecs:ListTasks * \(inCluster)",
                "\(principal) iam:PassRole arn:aws:iam::111122223333:role/azp-agent-execution "
                    + "iam:PassedToService=ecs-tasks.amazonaws.com",
            ])
        #expect(found.map(\.status) == [.ok])
    }

    @Test func `Each refusal is named with the statement that it takes`() async throws {
        let found = try await findings("permissions") { services in
            services.decision = { _, action, _, _ in
                action == "iam:PassRole" ? .implicitDeny : action == "ecs:StopTask" ? .explicitDeny : .allowed
            }
        }
        #expect(found.map(\.status) == [.failed, .failed])
        #expect(
            found[0].message.hasPrefix("ecs:StopTask on ") && found[0].message.hasSuffix("is denied by a statement"))
        #expect(found[1].message.hasPrefix("nothing allows iam:PassRole on "))
        #expect(found[1].mend?.contains(#""Action": "iam:PassRole""#) == true)
    }

    @Test func `Where policies can't be simulated it is said, with what would allow it`() async throws {
        let found = try await findings("permissions") { services in
            services.decision = { _, _, _, _ in throw Self.denied("IAM") }
        }
        #expect(found.map(\.status) == [.warning])
        #expect(found[0].message.hasSuffix("may do can't be told, since it may not be asked for"))
        #expect(
            found[0].mend
                == #"allow {"Effect": "Allow", "Action": ["iam:SimulatePrincipalPolicy", "iam:GetRole"], "Resource": "*"}"#
        )
    }

    @Test func `Identities whose policies don't apply as they are get no verdict`() async throws {
        let federated = try await findings("permissions") {
            $0.callerIdentity = { "arn:aws:sts::111122223333:federated-user/x" }
        }
        #expect(federated.map(\.status) == [.ok])
        let root = try await findings("permissions") { $0.callerIdentity = { "arn:aws:iam::111122223333:root" } }
        #expect(root.map(\.status) == [.warning])
        let user = Mutex<String?>(nil)
        _ = try await findings("permissions") { services in
            services.callerIdentity = { "arn:aws:iam::111122223333:user/ci/slipway" }
            services.decision = { principal, _, _, _ in
                guard principal != Self.executionRole else { return .allowed }
                user.withLock { $0 = principal }
                return .allowed
            }
        }
        #expect(user.withLock { $0 } == "arn:aws:iam::111122223333:user/ci/slipway")
    }

    @Test func `A role that may not be looked up is taken for one without a path`() async throws {
        let principals = Mutex<Set<String>>([])
        _ = try await findings("permissions") { services in
            services.role = { _ in throw Self.denied("IAM") }
            services.decision = { principal, _, _, _ in
                guard principal != Self.executionRole else { return .allowed }
                principals.withLock { _ = $0.insert(principal) }
                return .allowed
            }
        }
        #expect(principals.withLock { $0 } == ["arn:aws:iam::111122223333:role/slipway"])
    }

    // MARK: What containers need

    private let definition = "task definition azp-agent"
    private let executionRole = "execution role of azp-agent"

    @Test func `An image, a log group and roles that are not there are failures`() async throws {
        let image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/azp-agent:4"
        let definition = try TaskDefinition.fixture(replacing: "example.com/azp-agent:4", with: image)
        let found = try await findings(self.definition) { services in
            services.taskDefinition = { _ in definition }
            services.image = { _ in .noImage }
            services.hasLogGroup = { _ in false }
            services.role = { _ in nil }
        }
        #expect(
            texts(found.filter { $0.status != .ok }) == [
                "failed: there is no image \(image), so no agent task can start",
                "failed: there is no log group agents, so no agent task can start",
                "failed: role arn:aws:iam::111122223333:role/azp-agent-execution does not exist",
            ])
        let gone = try await findings(self.definition) { services in
            services.taskDefinition = { _ in definition }
            services.image = { _ in .noRepository }
        }
        #expect(gone.contains { $0.mend?.hasPrefix("aws ecr create-repository --repository-name azp-agent") == true })
    }

    @Test func `Secrets that are not there, or deleted, are failures before any task starts`() async throws {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:azp"
        let missing = try await findings(definition) { $0.secret = { _ in nil } }
        #expect(
            texts(missing.filter { $0.status != .ok })
                == ["failed: there is no secret \(arn) for AZP_TOKEN, so no agent task can start"])
        let deleted = try await findings(definition) { $0.secret = { _ in SecretDescription(isDeleted: true) } }
        #expect(deleted.contains { $0.mend?.contains("restore-secret --region eu-west-1 --secret-id \(arn)") == true })
        let parameter = try TaskDefinition.fixture(replacing: arn, with: "/build/azp-token")
        let absent = try await findings(definition) { services in
            services.taskDefinition = { _ in parameter }
            services.hasParameter = { $0 != ["/build/azp-token"] }
        }
        #expect(
            texts(absent.filter { $0.status != .ok })
                == ["failed: there is no parameter /build/azp-token for AZP_TOKEN, so no agent task can start"])
        let senseless = try TaskDefinition.fixture(replacing: arn, with: "arn:aws:s3:::bucket")
        let nothing = try await findings(definition) { $0.taskDefinition = { _ in senseless } }
        #expect(
            texts(nothing).contains(
                "failed: valueFrom of AZP_TOKEN is no reference that ECS knows: arn:aws:s3:::bucket"))
        let far = try TaskDefinition.fixture(replacing: arn, with: arn.replacing("eu-west-1", with: "us-east-1"))
        let elsewhere = try await findings(definition) { services in
            services.taskDefinition = { _ in far }
            services.secret = { _ in
                Issue.record("this region's client can't ask another one")
                return nil
            }
        }
        #expect(
            texts(elsewhere).contains("ok: AZP_TOKEN: not looked at, since what it comes from is in another region"))
    }

    @Test func `A part of a secret is asked for by the secret's own ARN`() async throws {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:azp"
        let part = try TaskDefinition.fixture(replacing: arn, with: "\(arn):token::")
        let asked = Mutex<[String]>([])
        let found = try await findings(definition) { services in
            services.taskDefinition = { _ in part }
            services.secret = { id in
                asked.withLock { $0.append(id) }
                return SecretDescription(isDeleted: false)
            }
        }
        #expect(asked.withLock { $0 } == [arn])
        #expect(texts(found).contains("ok: the secret of AZP_TOKEN is there"))
    }

    @Test func `What the execution role may not is told for each action and resource`() async throws {
        let image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/azp-agent:4"
        let own = try TaskDefinition.fixture(replacing: "example.com/azp-agent:4", with: image)
        let asked = Mutex<[String]>([])
        let found = try await findings(executionRole) { services in
            services.taskDefinition = { _ in own }
            services.decision = { principal, action, resource, _ in
                guard principal == Self.executionRole else { return .allowed }
                asked.withLock { $0.append("\(action) \(resource)") }
                return action == "ecr:BatchGetImage"
                    ? .explicitDeny : action.hasPrefix("secrets") ? .implicitDeny : .allowed
            }
        }
        let account = "eu-west-1:111122223333"
        #expect(
            asked.withLock { $0 } == [
                "ecr:GetAuthorizationToken *", "ecr:BatchGetImage arn:aws:ecr:\(account):repository/azp-agent",
                "ecr:GetDownloadUrlForLayer arn:aws:ecr:\(account):repository/azp-agent",
                "secretsmanager:GetSecretValue arn:aws:secretsmanager:\(account):secret:azp",
                "logs:CreateLogStream arn:aws:logs:\(account):log-group:agents:log-stream:slipway-doctor",
                "logs:PutLogEvents arn:aws:logs:\(account):log-group:agents:log-stream:slipway-doctor",
            ])
        let troubles = found.filter { $0.status != .ok }
        #expect(troubles.map(\.status) == [.warning, .warning], "\(texts(troubles))")
        #expect(troubles.last?.message.contains("secretsmanager:GetSecretValue") == true)
        #expect(
            texts(try await findings(executionRole)) == [
                "ok: by simulation it may secretsmanager:GetSecretValue, logs:CreateLogStream, logs:PutLogEvents"
            ])
        let gone = try await findings(executionRole) { $0.taskDefinition = { _ in throw silence } }
        #expect(gone.map(\.status) == [.skipped])
    }

    @Test func `What lies elsewhere is not looked at, and says so`() async throws {
        let found = texts(try await findings(definition))
        #expect(found.contains("ok: image example.com/azp-agent:4: not looked at, since it isn't in Amazon ECR"))
        #expect(found.contains("ok: log group agents is there"))
        let other = try TaskDefinition.fixture(
            replacing: #""awslogs-group": "agents""#, with: #""awslogs-group": "agents", "awslogs-region": "us-east-1""#
        )
        let elsewhere = texts(try await findings(definition) { $0.taskDefinition = { _ in other } })
        #expect(elsewhere.contains("ok: log group agents: not looked at, since it is in another region"))
    }

    @Test func `Questions that may not be asked are warnings with the statement that allows each`() async throws {
        func refusing(_ services: inout DoctorServices) {
            services.subnets = { _ in throw Self.denied("EC2") }
            services.fargateQuota = { _ in throw Self.denied("Service Quotas") }
            services.hasLogGroup = { _ in throw Self.denied("CloudWatch Logs") }
            services.role = { _ in throw Self.denied("IAM") }
        }
        for (check, action) in [
            ("network", "ec2:DescribeSubnets"), ("quotas", "servicequotas:GetServiceQuota"),
            (definition, "logs:DescribeLogGroups"), (definition, "iam:GetRole"),
        ] {
            let found = try await findings(check, nil, refusing)
            #expect(found.contains { $0.status == .warning && $0.mend?.contains(action) == true }, "\(texts(found))")
            #expect(!found.contains { $0.status == .failed })
        }
    }

    @Test func `An endpoint of the operator's own may lack services`() async throws {
        let text = try Fixture.text("design-sketch.yaml").replacing(
            "aws:      {", with: "aws: { endpoint: http://127.0.0.1:9, ")
        let unknown = AWSError(
            .init(rawValue: "UnknownOperationException"), .permanent, message: "no", service: "EC2")
        let found = try await findings("network", text) { $0.subnets = { _ in throw unknown } }
        #expect(texts(found) == ["ok: the network: not looked at, since aws.endpoint has no EC2"])
        // At AWS itself the same is a failure.
        #expect(try await findings("network") { $0.subnets = { _ in throw unknown } }.map(\.status) == [.failed])
    }
}
