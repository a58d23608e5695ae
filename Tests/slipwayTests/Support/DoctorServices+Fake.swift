import AWSClient
import Foundation
import OpenSSLNIO
import SlipwayCore

@testable import slipway

/// A call that fails as if nobody answered.
let silence = CommandFailure(.unreachable, "nobody answered")

extension DoctorServices {
    /// A world in which everything is right. A test breaks one thing of it.
    static func fake() throws -> DoctorServices {
        let cluster = try decode(ECSCluster.self, "cluster.json")
        let definition = try decode(TaskDefinition.self, "task-definition.json")
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        return DoctorServices(
            now: { now },
            certificate: { _, _ in
                CertificateFacts(
                    subject: "CN=slipway.example.com", dnsNames: ["slipway.example.com"],
                    notBefore: now.addingTimeInterval(-86_400), notAfter: now.addingTimeInterval(90 * 86_400),
                    chainLength: 2, trust: .trusted(root: "CN=Root"))
            },
            store: { _ in StoreFacts(exists: true, records: 12, head: "abcd", openLaunches: 1, holder: nil) },
            launches: { _, _, _ in [] },
            secrets: {
                SlipwaySecrets(
                    hookPasswords: [SecretText("correct-horse-battery")], azureDevOps: .token(SecretText("hunter2")))
            },
            status: { _ in 200 },
            signIn: { "Slipway" },
            pool: { _ in PoolFacts(id: 7, isHosted: false) },
            agents: { _ in
                [
                    AgentFacts(name: "slipway-a-7-1-1", version: "4.272.0", capabilities: Capabilities()),
                    AgentFacts(name: "placeholder", capabilities: Capabilities(["slipway.size": "Large"])),
                ]
            },
            tryRegistration: { _, _ in },
            unfinishedJobRequestCount: { _ in 2 },
            demandedAgentVersions: { _ in ["2.182.1"] },
            newestAgentVersion: { "4.272.0" },
            mayReadPools: { true },
            mayReadBuilds: { true },
            parallelJobs: { ParallelJobsUse(limit: 5, used: 2) },
            hookSubscriptions: { _ in
                [
                    ListedSubscription(
                        id: "5a1e", subject: HookSubject(eventType: HookSubject.jobEventType, filter: [:]),
                        status: .enabled)
                ]
            },
            clockAheadSeconds: { 1 },
            callerIdentity: { "arn:aws:sts::111122223333:assumed-role/slipway/i-1" },
            cluster: { _ in cluster },
            taskDefinition: { _ in definition },
            subnets: { ids in ids.map { Subnet(id: $0, vpcID: "vpc-1", freeAddresses: 251) } },
            securityGroups: { ids in ids.map { SecurityGroup(id: $0, vpcID: "vpc-1") } },
            fargateQuota: { _ in 4_000 },
            role: { IAMRole(arn: "arn:aws:iam::111122223333:role/\($0)") },
            decision: { _, _, _, _ in .allowed },
            image: { _ in .found },
            hasLogGroup: { _ in true },
            secret: { _ in SecretDescription(isDeleted: false) },
            hasParameter: { _ in true },
            eventQueue: {
                ["Policy": #"{"Principal":{"Service":"events.amazonaws.com"}}"#, "ApproximateNumberOfMessages": "0"]
            },
            readEventQueue: {}
        )
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ fixture: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try Fixture.text(fixture).utf8))
    }
}

extension TaskDefinition {
    /// The fixture with one text of it replaced.
    static func fixture(replacing old: String, with new: String) throws -> TaskDefinition {
        let text = try Fixture.text("task-definition.json")
        precondition(text.contains(old), "the fixture holds \(old)")
        return try JSONDecoder().decode(TaskDefinition.self, from: Data(text.replacing(old, with: new).utf8))
    }
}
