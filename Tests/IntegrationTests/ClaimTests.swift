import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import SlipwayCore
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// Containers that claim as they should not, or whose claims go wrong, and the built server: what becomes of the launch, and
/// that nothing is left of it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ClaimTests {
    private func withServer(
        _ behaviour: ContainerBehaviour, onlineSeconds: Int = 600,
        _ body: @Sendable (Deployment) async throws -> Void
    ) async throws {
        let port = try FreePort.find()
        let choose: (inout Installation.Settings) -> Void = { settings in
            settings.port = port
            settings.claimSecret = "claim-secret-that-nobody-may-see-0001"
            settings.onlineSeconds = onlineSeconds
            settings.sweepSeconds = 1
            settings.leaveSeconds = 5
        }
        let configure: (inout SandboxConfiguration) -> Void = { configuration in
            configuration.ecs.taskDefinition.givesToken = false
            // Two seconds of the real clock, at this speed: what is judged here is judged before an agent has a job.
            configuration.timing.agentStart = .seconds(200) ... .seconds(200)
        }
        try await Deployment.with(configure: configure, choose) { deployment in
            deployment.sandbox.behaviours.add(behaviour, launches: 1...1)
            let server = try deployment.installation.serve()
            _ = try await deployment.installation.port(of: server)
            try await deployment.waitForFirstReading()
            try deployment.queue(.job())
            try await body(deployment)
            try await deployment.end(server)
            // What the container was told is over by now, and still in no file.
            let codes = deployment.sandbox.agentTasks.compactMap { $0.environment["SLIPWAY_CLAIM_CODE"] }
            let keys = deployment.sandbox.agentPrivateKeys
            #expect(!codes.isEmpty && !keys.isEmpty)
            try deployment.installation.expectNoSecretsInFiles(codes, keys: keys)
        }
    }

    @Test func theSearchFindsAKeyInEachWayThatKeysAreWritten() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let key = (0..<1_218).map { _ in UInt8.random(in: .min ... .max) }
        let base64 = Data(key).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        for (name, content) in [
            ("raw", Data(key)), ("pem", Data("-----BEGIN PRIVATE KEY-----\n\(base64)\n".utf8)),
            ("hex", Data(key.map { String(format: "%02x", $0) }.joined().utf8)),
            ("json", Data(#"{"key":"\#(Data(key).base64EncodedString())"}"#.utf8)), ("other", Data(key.dropLast(96))),
        ] {
            try content.write(to: URL(filePath: installation.path(name)))
        }
        #expect(try installation.files(with: Installation.traces(key)) == ["hex", "json", "pem", "raw"])
    }

    /// Oldest first.
    private func launches(_ deployment: Deployment) async throws -> [Launch] {
        try await deployment.launches().sorted { $0.createdAt < $1.createdAt }
    }

    @Test func aLostAnswerIsGivenAgainToTheSameKey() async throws {
        try await withServer(.losesClaimAnswer) { deployment in
            try await deployment.expectTheEnd()
            let launches = try await launches(deployment)
            #expect(launches.map(\.outcome?.kind) == [.ran])
            #expect(launches[0].claim?.misusedAt == nil)
            #expect(deployment.sandbox.agentTasks.map(\.exitCode) == [0])
        }
    }

    @Test func aSecondKeyEndsTheLaunchAndItsJobGetsAnother() async throws {
        try await withServer(.claimsTwice) { deployment in
            try await deployment.expectTheEnd()
            let launches = try await launches(deployment)
            #expect(launches.map(\.outcome?.kind) == [.failed, .ran])
            #expect(launches[0].outcome?.reason.contains("claim code was used twice") == true)
            #expect(launches[0].claim?.misusedAt != nil)
        }
    }

    @Test func aWrongCodeOpensNothingAndTheJobGetsAnotherAgent() async throws {
        try await withServer(.claimsWithWrongCode) { deployment in
            try await deployment.expectTheEnd()
            let launches = try await launches(deployment)
            #expect(launches.map(\.outcome?.kind) == [.failed, .ran])
            #expect(launches[0].claim == nil && launches[0].outcome?.reason.contains("31") == true)
            #expect(deployment.sandbox.agentTasks.map(\.exitCode) == [31, 0])
        }
    }

    @Test func aLateClaimIsRefusedAndTheJobHasAnotherAgentByThen() async throws {
        // Later than the deadline; the container is stopped before it comes to it.
        try await withServer(.claimsLate(.seconds(3_000)), onlineSeconds: 10) { deployment in
            try await deployment.expectTheEnd()
            let launches = try await launches(deployment)
            #expect(launches.first?.outcome?.kind == .failed && launches.last?.outcome?.kind == .ran)
            #expect(launches[0].outcome?.reason.contains("did not come online in time") == true)
            #expect(deployment.sandbox.agentTasks.first?.exitCode == 143)
            let late = try await Claimant(deployment).claim(deployment.sandbox.agentTasks[0])
            #expect(late.status == 409, "\(late)")
            #expect(deployment.sandbox.leftovers().isEmpty)
        }
    }

    /// Somebody reads the code in DescribeTasks and is faster than the container. Nobody can tell the two apart until the
    /// container comes: then the launch is ended before its agent has a job, and what the thief was given is worth nothing.
    @Test func aThiefWhoComesFirstEndsTheLaunchAndKeepsNothing() async throws {
        try await withServer(.claimsLate(.seconds(200))) { deployment in
            let sandbox = deployment.sandbox
            try await sandbox.wait(for: "an agent task", within: Deployment.patience) { !$0.agentTasks.isEmpty }
            // It may be so early that RunTask's answer isn't stored yet: as a container does, the thief asks again.
            let thief = try Claimant(deployment)
            let stolen = try await thief.claim(sandbox.agentTasks[0])
            #expect(stolen.status == 200, "\(stolen)")
            #expect(sandbox.registrations.contains { !$0.isPlaceholder }, "the thief has an agent now")

            try await deployment.expectTheEnd()
            let launches = try await launches(deployment)
            #expect(launches.map(\.outcome?.kind) == [.failed, .ran])
            #expect(launches[0].outcome?.reason.contains("claim code was used twice") == true)
            #expect(sandbox.agentTasks.map(\.exitCode) == [31, 0], "the container itself was refused")
            #expect(!sandbox.registrations.contains { $0.name == launches[0].id.agentName })
            #expect(sandbox.jobs.first?.agentName == launches[1].id.agentName)
            let again = try await thief.claim(sandbox.agentTasks[0])
            #expect(again.status == 409, "the code opens nothing any more")
        }
    }
}

/// Claims by what is to be read of an agent task, with a key that is none of its container's.
private struct Claimant {
    private let modulus: String
    private let trustRootFile: String

    init(_ deployment: Deployment) throws {
        // Any odd number of its length.
        var bytes = (0..<256).map { _ in UInt8.random(in: .min ... .max) }
        bytes[0] |= 0x80
        bytes[255] |= 1
        modulus = Data(bytes).base64EncodedString()
        trustRootFile = deployment.installation.path("tls.crt")
    }

    func claim(_ agentTask: AgentTaskSnapshot) async throws -> (status: UInt, body: String) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(trustRootFile)
        let client = HTTPClient(configuration: HTTPClient.Configuration(tlsConfiguration: tls))
        do {
            var answer = try await post(agentTask, client)
            for _ in 0..<100 where answer.status == 503 {
                try await Task.sleep(for: .milliseconds(20))
                answer = try await post(agentTask, client)
            }
            try await client.shutdown()
            return answer
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func post(_ agentTask: AgentTaskSnapshot, _ client: HTTPClient) async throws -> (status: UInt, body: String)
    {
        var request = HTTPClientRequest(url: try #require(agentTask.environment["SLIPWAY_CLAIM_URL"]))
        let code = try #require(agentTask.environment["SLIPWAY_CLAIM_CODE"])
        request.method = .POST
        request.headers = ["Authorization": "Bearer \(code)", "Content-Type": "application/json"]
        let body = #"{"publicKey": {"exponent": "AQAB", "modulus": "\#(modulus)"}, "agentVersion": "4.272.0"}"#
        request.body = .bytes(ByteBuffer(string: body))
        let answer = try await client.execute(request, timeout: .seconds(20))
        return (answer.status.code, String(buffer: try await answer.body.collect(upTo: 1 << 16)))
    }
}
