import AWSClient
import Foundation
import SlipwayCore
import Synchronization
import Testing

@testable import slipway

@Suite struct InitDiscoveryTests {
    private static let given = InitGiven(path: "/etc/slipway/slipway.yaml")

    private func services() throws -> InitServices {
        let cluster = try JSONDecoder().decode(ECSCluster.self, from: Data(try Fixture.text("cluster.json").utf8))
        let definition = try TaskDefinition.fixture(replacing: "agent:7", with: "agent:7")
        return InitServices(
            pools: { ["Default", "ecs-linux"] }, region: { "eu-west-1" },
            callerIdentity: { _ in "arn:aws:iam::1:user/me" },
            clusters: { _ in ["build-agents"] }, cluster: { _, _ in cluster }, families: { _ in ["azp-agent"] },
            taskDefinition: { _, _ in definition },
            network: { _, _, _ in InitNetwork(origin: .agentTasks, subnets: ["subnet-a"]) },
            defaultNetwork: { _ in nil }, queueURL: { _, _ in nil })
    }

    private func facts(
        given: InitGiven = given, _ change: (inout InitServices) -> Void = { _ in },
        sleep: @escaping @Sendable (Int) async throws -> Void = { _ in try await Task.sleep(for: .seconds(3_600)) }
    ) async throws -> (facts: InitFacts, lines: [String]) {
        var services = try services()
        change(&services)
        let facts = await InitDiscovery(given, services, sleep: sleep).facts()
        return (
            facts, facts.looks.flatMap { look in look.findings.map { "\(look.check): \($0.status): \($0.message)" } }
        )
    }

    @Test func `Both services are asked`() async throws {
        let (facts, lines) = try await facts()
        #expect(facts.pools == ["ecs-linux"])
        #expect(facts.region == "eu-west-1" && facts.clusters == ["build-agents"] && facts.families == ["azp-agent"])
        #expect(facts.cluster != nil && facts.definition != nil && facts.network?.subnets == ["subnet-a"])
        #expect(
            lines == [
                "azure devops: ok: 2 self-hosted pools can be read",
                "aws: ok: asked in eu-west-1 as arn:aws:iam::1:user/me",
            ])
    }

    @Test func `One that keeps silent ends at its limit with one line, and what it told before is kept`() async throws {
        let isSilent = Mutex(false)
        let deaf = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let release: @Sendable () -> Void = {
            deaf.withLock { deaf in
                defer { deaf = nil }
                return deaf
            }?.resume()
        }
        let (facts, lines) = try await facts(
            {
                $0.pools = {
                    try await Task.sleep(for: .seconds(3_600))
                    return []
                }
                $0.families = { _ in
                    // Deaf to its cancellation, as a call can be: it returns when all is over, or else after a minute.
                    await withCheckedContinuation { continuation in
                        deaf.withLock { $0 = continuation }
                        DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: release)
                        isSilent.withLock { $0 = true }
                    }
                    return []
                }
            },
            sleep: { _ in
                // The time is over once there is silence.
                while !isSilent.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
            })
        release()
        #expect(facts.clusters == ["build-agents"] && facts.cluster != nil)
        #expect(facts.families == nil && facts.pools == nil)
        #expect(
            lines == ["azure devops: unreachable: no answer within 20 s", "aws: unreachable: no answer within 20 s"])
    }

    @Test func `One that refuses or can't be reached is one line`() async throws {
        let (_, lines) = try await facts {
            $0.pools = { throw CommandFailure(.notSo, "the token is wrong") }
            $0.callerIdentity = { _ in throw silence }
        }
        #expect(lines == ["azure devops: failed: the token is wrong", "aws: unreachable: nobody answered"])
    }

    @Test func `Credentials that nobody has are no failure`() async throws {
        let (facts, lines) = try await facts {
            $0.pools = nil
            // As there is no region anywhere.
            $0.region = {
                _ = try AWSRegion("!")
                return ""
            }
        }
        #expect(lines[0] == "azure devops: warning: not asked, since no organization is named")
        #expect(lines[1].hasPrefix("aws: warning: not asked: "))
        #expect(DoctorReport(results: facts.looks).status == .fine)
    }

    @Test func `What is given is not asked for, and of several none is looked at`() async throws {
        var given = Self.given
        given.region = "us-east-1"
        given.cluster = "mine"
        given.subnets = ["subnet-z"]
        let asked = Mutex<[String]>([])
        let services = try services()
        let (facts, _) = try await facts(given: given) {
            $0.region = {
                Issue.record("the region is given")
                return ""
            }
            $0.clusters = { _ in
                Issue.record("the cluster is given")
                return []
            }
            $0.cluster = { region, name in
                asked.withLock { $0.append("\(region) \(name)") }
                return try await services.cluster(region, name)
            }
            $0.families = { _ in ["a", "b"] }
            $0.taskDefinition = { _, _ in
                Issue.record("none of several is meant")
                throw silence
            }
            $0.network = { _, _, _ in
                Issue.record("subnets are given")
                return nil
            }
            $0.defaultNetwork = { _ in
                Issue.record("subnets are given")
                return nil
            }
        }
        #expect(asked.withLock { $0 } == ["us-east-1 mine"])
        #expect(facts.families == ["a", "b"] && facts.definition == nil)
    }

    @Test func `Where no agent task runs the default VPC is taken, and what may not be asked is no failure`()
        async throws
    {
        let network = InitNetwork(origin: .defaultVPC("vpc-1"), subnets: ["subnet-d"], assignsPublicIP: true)
        let (found, _) = try await facts {
            $0.network = { _, _, _ in nil }
            $0.defaultNetwork = { region in region == "eu-west-1" ? network : nil }
            $0.queueURL = { _, name in "https://sqs.eu-west-1.amazonaws.com/111122223333/\(name)" }
        }
        #expect(found.network == network)
        #expect(found.eventQueueURL == "https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-events")
        let (guessed, _) = try await facts {
            $0.network = { _, _, _ in throw CommandFailure(.notSo, "not allowed") }
            $0.defaultNetwork = { _ in network }
        }
        #expect(guessed.network?.subnets == ["subnet-d"])
        #expect(guessed.network?.doubt?.contains("agent tasks could not be listed") == true)
        let (refused, lines) = try await facts {
            $0.network = { _, _, _ in throw CommandFailure(.notSo, "not allowed") }
            $0.defaultNetwork = { _ in throw CommandFailure(.notSo, "not allowed") }
            $0.queueURL = { _, _ in throw CommandFailure(.notSo, "not allowed") }
        }
        #expect(refused.network == nil && refused.eventQueueURL == nil)
        #expect(lines.last == "aws: ok: asked in eu-west-1 as arn:aws:iam::1:user/me")
    }
}
