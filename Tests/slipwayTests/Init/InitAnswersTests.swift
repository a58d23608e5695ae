import AWSClient
import Foundation
import Testing

@testable import slipway

@Suite struct InitAnswersTests {
    private static let given = InitGiven(path: "/etc/slipway/slipway.yaml")

    private func facts(_ change: (inout InitFacts) -> Void = { _ in }) throws -> InitFacts {
        var facts = InitFacts()
        facts.pools = ["ecs-linux"]
        facts.region = "eu-west-1"
        facts.clusters = ["build-agents"]
        facts.cluster = try JSONDecoder().decode(ECSCluster.self, from: Data(try Fixture.text("cluster.json").utf8))
        facts.families = ["azp-agent"]
        facts.definition = try TaskDefinition.fixture(replacing: "agent:7", with: "agent:7")
        change(&facts)
        return facts
    }

    private func toFillIn(_ answers: InitAnswers) -> [String] {
        answers.results.filter { $0.findings.contains { $0.status == .warning } }.map(\.check)
    }

    @Test func `What is the only one is taken`() throws {
        var given = Self.given
        given.organization = "https://dev.azure.com/fabrikam"
        given.publicURL = "https://slipway.example.com"
        given.subnets = ["subnet-a", "subnet-b"]
        let answers = InitAnswers(given, try facts())
        #expect(answers.ambiguities.isEmpty)
        #expect(toFillIn(answers).isEmpty)
        #expect([answers.pool, answers.region, answers.cluster] == ["ecs-linux", "eu-west-1", "build-agents"])
        #expect([answers.taskDefinition, answers.container] == ["azp-agent", "agent"])
        #expect(answers.placements == [.capacityProvider("FARGATE_SPOT"), .capacityProvider("FARGATE")])
        #expect(answers.subnets == ["subnet-a", "subnet-b"])
    }

    @Test func `Of several none is guessed, and all are told at once`() throws {
        let answers = InitAnswers(
            Self.given,
            try facts {
                $0.pools = ["b", "a"]
                $0.clusters = (1...30).map { "cluster-\($0)" }
                $0.families = ["agent", "slipway"]
            })
        #expect(answers.ambiguities.first == "there are several pools: a, b; give --pool")
        #expect(answers.ambiguities[1].hasPrefix("there are several clusters: cluster-1, cluster-10, "))
        #expect(answers.ambiguities[1].hasSuffix("and 10 more; give --cluster"))
        #expect(answers.ambiguities[2] == "there are several task definitions: agent, slipway; give --task-definition")
    }

    @Test func `A flag decides whatever there is`() throws {
        var given = Self.given
        given.pool = "mine"
        given.cluster = "other"
        given.taskDefinition = "agent:3"
        given.container = "runner"
        let answers = InitAnswers(
            given,
            try facts {
                $0.pools = ["a", "b"]
                $0.clusters = ["a", "b"]
                $0.families = ["a", "b"]
            })
        #expect(answers.ambiguities.isEmpty)
        #expect(
            [answers.pool, answers.cluster, answers.taskDefinition, answers.container]
                == ["mine", "other", "agent:3", "runner"])
    }

    @Test func `Names from outside can't steer a terminal`() throws {
        let answers = InitAnswers(Self.given, try facts { $0.pools = ["\u{1B}[2J", "\u{202E}b"] })
        #expect(answers.ambiguities.first?.unicodeScalars.contains(where: isHarmful) == false)
    }

    @Test func `The pool that every organization has is meant only when there is no other`() {
        #expect(InitFacts.pools(["Default"]) == ["Default"])
        #expect(InitFacts.pools(["Default", "ecs-linux"]) == ["ecs-linux"])
        #expect(InitFacts.pools(["Default", "a", "b"]) == ["a", "b"])
        #expect(InitFacts.pools([]) == [])
    }

    @Test func `What nobody told is to be filled in, with the way to find it`() {
        let answers = InitAnswers(Self.given, InitFacts())
        #expect(
            toFillIn(answers) == [
                "receiver.publicURL", "azureDevOps.organization", "pools[0].name", "aws.region", "aws.cluster",
                "taskDefinition", "container", "subnets",
            ])
        #expect(answers.results.last?.findings.first?.mend?.contains("aws ec2 describe-subnets") == true)
        #expect(answers.placements == [.launchType("FARGATE")])
        #expect(answers.claims == .used)
    }

    @Test func `A container is taken when it is the only one, or named as usual`() throws {
        let one = try TaskDefinition.fixture(replacing: #""name": "agent""#, with: #""name": "runner""#)
        #expect(InitAnswers(Self.given, try facts { $0.definition = one }).container == "runner")
        let two = try TaskDefinition.fixture(
            replacing: #""containerDefinitions": ["#,
            with: #""containerDefinitions": [{"name": "proxy", "image": "p"},"#)
        #expect(InitAnswers(Self.given, try facts { $0.definition = two }).container == "agent")
        let neither = try TaskDefinition.fixture(
            replacing: #""containerDefinitions": ["#,
            with: #""containerDefinitions": [{"name": "proxy", "image": "p"}, {"name": "x", "image": "p"}], "other": ["#
        )
        let answers = InitAnswers(Self.given, try facts { $0.definition = neither })
        #expect(answers.ambiguities == ["there are several containers in azp-agent: proxy, x; give --container"])
    }

    @Test func `Claims are used where the definition has no token and isn't for Windows`() throws {
        #expect(InitAnswers(Self.given, try facts()).claims != .used)
        let without = try TaskDefinition.fixture(replacing: "AZP_TOKEN", with: "OTHER")
        #expect(InitAnswers(Self.given, try facts { $0.definition = without }).claims == .used)
        let windows = try TaskDefinition.fixture(
            replacing: #""containerDefinitions""#,
            with: #""runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}, "containerDefinitions""#)
        let answers = InitAnswers(Self.given, try facts { $0.definition = windows })
        #expect(answers.claims == .notUsed(because: "agents on Windows register themselves"))
        #expect(answers.placements == [.capacityProvider("FARGATE")], "Fargate has no Spot capacity for Windows")
        let principal = try TaskDefinition.fixture(replacing: "AZP_TOKEN", with: "AZP_CLIENTSECRET")
        #expect(InitAnswers(Self.given, try facts { $0.definition = principal }).claims != .used)
    }

    @Test func `A definition for machines gets no subnets`() throws {
        let machine = try JSONDecoder().decode(
            TaskDefinition.self,
            from: Data(
                #"""
                {"taskDefinitionArn": "arn:aws:ecs:eu-west-1:1:task-definition/azp-agent:7", "status": "ACTIVE",
                 "networkMode": "bridge", "compatibilities": ["EC2"], "containerDefinitions": []}
                """#.utf8))
        let answers = InitAnswers(Self.given, try facts { $0.definition = machine })
        #expect(answers.placements == [.launchType("EC2")])
        #expect(!answers.needsSubnets && answers.subnets.isEmpty)
    }

    @Test func `The network of agents that run now is taken, and a flag is stronger`() throws {
        let network = InitNetwork(
            origin: .agentTasks, subnets: ["subnet-a"], securityGroups: ["sg-1"], assignsPublicIP: true)
        let answers = InitAnswers(Self.given, try facts { $0.network = network })
        #expect(answers.subnets == ["subnet-a"] && answers.securityGroups == ["sg-1"] && answers.assignsPublicIP)
        #expect(!toFillIn(answers).contains("subnets"))
        var given = Self.given
        given.securityGroups = ["sg-2"]
        #expect(InitAnswers(given, try facts { $0.network = network }).securityGroups == ["sg-2"])
    }

    @Test func `What could not be seen of the network of agents that run now is said`() throws {
        var network = InitNetwork(origin: .agentTasks, subnets: ["subnet-a"])
        network.doubt = "their security groups and public addresses could not be read (not authorized)"
        let answers = InitAnswers(Self.given, try facts { $0.network = network })
        let finding = try #require(answers.results.first { $0.check == "subnets" }?.findings.first)
        #expect(finding.status == .warning && finding.message.contains("could not be read (not authorized)"))
        #expect(finding.mend?.contains("--security-group") == true && answers.subnets == ["subnet-a"])
    }

    @Test func `The default VPC is a guess, and says so`() throws {
        let network = InitNetwork(origin: .defaultVPC("vpc-1"), subnets: ["subnet-d"], assignsPublicIP: true)
        let answers = InitAnswers(Self.given, try facts { $0.network = network })
        #expect(answers.subnets == ["subnet-d"] && answers.assignsPublicIP && answers.securityGroups.isEmpty)
        let finding = try #require(answers.results.first { $0.check == "subnets" }?.findings.first)
        #expect(finding.status == .warning && finding.message.contains("default VPC vpc-1"))
        #expect(finding.mend?.contains("--subnet") == true)
    }

    @Test func `A queue that is there is named and not used`() throws {
        let url = "https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-events"
        let answers = InitAnswers(Self.given, try facts { $0.eventQueueURL = url })
        let text = InitTemplate(answers: answers).text
        #expect(text.contains("  # eventQueueURL: \(url)\n"))
        #expect(try load(text).configuration.aws.eventQueueURL == nil)
        #expect(
            try load(text.replacing("# eventQueueURL:", with: "eventQueueURL:")).configuration.aws.eventQueueURL == url)
    }
}
