import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite struct ECSAuthenticationTests {
    @Test("Wrong secret, tampered body, unknown key and skewed date come back in the wire form of AWS")
    func refusals() async throws {
        try await withSandbox(.instant(), clock: ManualClock()) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            let input: JSONValue = ["clusters": ["build-agents"]]
            #expect(try await ecs.call("DescribeClusters", input).status == 200)

            var wrong = ecs
            wrong.signer.secret = "wrong"
            let refused = try await wrong.call("DescribeClusters", input)
            #expect(refused.status == 400)
            #expect(refused.code == "InvalidSignatureException")
            #expect(refused.headers.first(name: "x-amzn-errortype") == "InvalidSignatureException")
            #expect(refused.headers.first(name: "content-type") == "application/x-amz-json-1.1")
            #expect(refused.headers.first(name: "x-amzn-requestid")?.isEmpty == false)
            #expect(refused.json["message"]?.string?.isEmpty == false)

            let tampered = try await ecs.call("DescribeClusters", input, sentBody: #"{"clusters":["other"]}"#)
            #expect(tampered.code == "InvalidSignatureException")

            var unknown = ecs
            unknown.signer.accessKeyID = "AKIAUNKNOWN"
            #expect(try await unknown.call("DescribeClusters", input).code == "UnrecognizedClientException")

            #expect(try await ecs.call("DescribeClusters", input, skew: -400).code == "InvalidSignatureException")
            #expect(try await ecs.call("DescribeClusters", input, skew: 400).code == "InvalidSignatureException")
        }
    }

    @Test("A temporary key needs its session token")
    func sessionToken() async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.ecs.sessionToken = "session-token"
        try await withSandbox(configuration, clock: ManualClock()) { sandbox, endpoints in
            var ecs = RawECS(sandbox, endpoints)
            let input: JSONValue = ["clusters": ["build-agents"]]
            let without = try await ecs.call("DescribeClusters", input)
            #expect(without.code == "UnrecognizedClientException")
            ecs.signer.sessionToken = "another"
            #expect(try await ecs.call("DescribeClusters", input).code == "UnrecognizedClientException")
            ecs.signer.sessionToken = "session-token"
            #expect(try await ecs.call("DescribeClusters", input).status == 200)
        }
    }

    @Test("Another region in the scope, an unknown operation and a body that is no JSON are refused")
    func otherRefusals() async throws {
        try await withSandbox(.instant(), clock: ManualClock()) { sandbox, endpoints in
            var ecs = RawECS(sandbox, endpoints)
            let unknown = try await ecs.call("ListServices", [:])
            #expect(unknown.code == "UnknownOperationException")
            #expect(try await ecs.call("RunTask", text: "{").code == "SerializationException")
            #expect(try await ecs.call("RunTask", text: #"{"count":"one"}"#).code == "SerializationException")
            ecs.signer.region = "us-east-1"
            #expect(try await ecs.call("DescribeClusters", [:]).code == "InvalidSignatureException")
        }
    }
}
