import AsyncHTTPClient
import AzureDevOps
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import SlipwayAzurePipelines
import SlipwayCore
import SlipwaySandbox
import Testing

/// The port of hook subscriptions against the simulated Azure DevOps.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HookSubscriptionTests {
    private static let url = "https://slipway.example.com/hooks/azure-devops"
    private static let password = "correct-horse-battery"

    private func withPort(
        _ body: @Sendable (Sandbox, Sandbox.Endpoints, AzureHookSubscriptions, HTTPClient) async throws -> Void
    ) async throws {
        try await withSandbox(SandboxConfiguration(seed: 5)) { sandbox, endpoints in
            try await withAzureClient(of: sandbox, endpoints) { client, http in
                let port = AzureHookSubscriptions(
                    client: client, receiverURL: Self.url,
                    credentials: .init(username: "slipway", password: Self.password))
                try await body(sandbox, endpoints, port, http)
            }
        }
    }

    /// As the portal does it.
    private func disable(
        _ id: String, _ sandbox: Sandbox, _ endpoints: Sandbox.Endpoints, _ http: HTTPClient
    ) async throws {
        let address = "\(endpoints.azureDevOps)/_apis/hooks/subscriptions/\(id)?api-version=7.1"
        let token = Data(":\(sandbox.configuration.azureDevOps.token)".utf8).base64EncodedString()
        var get = HTTPClientRequest(url: address)
        get.headers.add(name: "Authorization", value: "Basic \(token)")
        let answer = try await http.execute(get, timeout: .seconds(10)).body.collect(upTo: 1 << 20)
        let read = try JSONSerialization.jsonObject(with: Data(answer.readableBytesView))
        var body = try #require(read as? [String: Any])
        body["status"] = "disabledByUser"
        var put = get
        put.method = .PUT
        put.headers.add(name: "Content-Type", value: "application/json")
        put.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body)))
        let status = try await http.execute(put, timeout: .seconds(10)).status
        #expect(status == .ok)
    }

    @Test func onlyThoseOfOurReceiverAreListed() async throws {
        try await withPort { sandbox, _, port, _ in
            let ours = try sandbox.subscribe(
                to: HookSubject.jobEventType, url: "https://Slipway.Example.com:443/hooks/azure-devops/",
                filters: ["jobStateId": "Waiting"])
            _ = try sandbox.subscribe(to: HookSubject.jobEventType, url: "https://other.example.com/hooks/azure-devops")
            _ = try sandbox.subscribe(to: HookSubject.jobEventType, url: "https://slipway.example.com/elsewhere")
            let listed = try await port.subscriptions()
            #expect(listed.map(\.id) == [ours.lowercased()])
            #expect(listed.first?.subject.filterText == "jobStateId=Waiting")
            #expect(try await port.lastNotice(of: ours) == nil)
            #expect(hookTroubles(listed: listed, known: []).isEmpty)
        }
    }

    @Test func aDisabledOneIsSeenAndMadeAnew() async throws {
        try await withPort { sandbox, endpoints, port, http in
            let old = try sandbox.subscribe(
                to: HookSubject.jobEventType, url: Self.url, filters: ["jobStateId": "Waiting"], username: "slipway",
                password: Self.password)
            try await disable(old, sandbox, endpoints, http)
            let troubles = hookTroubles(listed: try await port.subscriptions(), known: [])
            #expect(troubles.map(\.state) == [.disabledByUser])
            let trouble = try #require(troubles.first)
            #expect(trouble.subscription == old.lowercased())

            let new = try await port.create(trouble.subject, replacing: trouble.subscription)
            let listed = try await port.subscriptions()
            #expect(listed == [ListedSubscription(id: new, subject: trouble.subject, status: .enabled)])
            #expect(hookTroubles(listed: listed, known: [trouble.subject]).isEmpty)
        }
    }

    /// What the service keeps to itself can't be compared: were it a difference, each `hooks install` would replace the
    /// subscription again, for ever.
    @Test(arguments: [
        [String: String](), ["basicAuthPassword": "********", "httpHeaders": "********"],
        ["basicAuthUsername": "slipway", "httpHeaders": "X-Hook-Token:********"], ["basicAuthUsername": "****"],
    ])
    func credentialsThatAreNotToldAreNoDifference(_ told: [String: String]) async throws {
        try await withSandbox(SandboxConfiguration(seed: 5)) { sandbox, endpoints in
            try await withAzureClient(of: sandbox, endpoints) { client, _ in
                let port = AzureHookSubscriptions(
                    client: client, receiverURL: Self.url,
                    credentials: .init(
                        username: "slipway", password: Self.password, header: (name: "X-Hook-Token", value: "abc")))
                let subject = HookSubject(eventType: HookSubject.jobEventType, filter: ["jobStateId": "Waiting"])
                var inputs = port.definition(for: subject).consumerInputs.filter {
                    !["basicAuthUsername", "basicAuthPassword", "httpHeaders"].contains($0.key)
                }
                inputs.merge(told) { $1 }
                try Self.answer(sandbox, inputs)
                #expect(try await port.survey().map(\.differences) == [[]])
                inputs["basicAuthUsername"] = "somebody"
                inputs["messagesToSend"] = "all"
                try Self.answer(sandbox, inputs)
                #expect(try await port.survey().map(\.differences) == [["basicAuthUsername", "messagesToSend"]])
            }
        }
    }

    /// From now on the service tells this of the one subscription there is.
    private static func answer(_ sandbox: Sandbox, _ consumerInputs: [String: String]) throws {
        let subscription: [String: Any] = [
            "id": "5a1e52c0-94b3-4a6e-8d47-0f2d6a1b7e10", "status": "enabled", "publisherId": "pipelines",
            "eventType": HookSubject.jobEventType, "resourceVersion": "5.1-preview.1", "consumerId": "webHooks",
            "consumerActionId": "httpRequest", "publisherInputs": ["jobStateId": "Waiting"],
            "consumerInputs": consumerInputs,
        ]
        let body = try JSONSerialization.data(withJSONObject: ["count": 1, "value": [subscription]])
        sandbox.faults.removeAll()
        sandbox.faults.add(
            Fault(
                operation: .listSubscriptions,
                action: .answer(status: 200, body: String(decoding: body, as: UTF8.self))))
    }

    @Test func credentialsAreNotPrinted() {
        let credentials = AzureHookSubscriptions.Credentials(username: "slipway", password: Self.password)
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!"\(credentials) \(dumped)".contains(Self.password))
    }
}
