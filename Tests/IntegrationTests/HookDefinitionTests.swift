import AzureDevOps
import Foundation
import SlipwayAzurePipelines
import SlipwayCore
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// What the program makes by REST and what `webhooks/subscriptions` holds for who makes it by hand are the same.
@Suite struct HookDefinitionTests {
    @Test func theFilesAreWhatSlipwayMakes() async throws {
        let folder = Program.repository.appending(path: "webhooks/subscriptions")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let written = try files.map { file in
            var definition = try JSONDecoder().decode(
                HookSubscriptionDefinition.self, from: try Data(contentsOf: file))
            // An input that is empty and one that is left out both mean any.
            definition.publisherInputs = definition.publisherInputs.filter { !$0.value.isEmpty }
            return definition
        }
        let needed = HookSubject.needed(inProject: "${PROJECT_ID}")
        let made = try await withSandbox(SandboxConfiguration(seed: 5)) { sandbox, endpoints in
            let port = try await definitions(of: sandbox, endpoints)
            return needed.map(port)
        }
        #expect(written.count == needed.count)
        for definition in made { #expect(written.contains(definition), "\(definition)") }
    }

    private func definitions(
        of sandbox: Sandbox, _ endpoints: Sandbox.Endpoints
    ) async throws -> @Sendable (HookSubject) -> HookSubscriptionDefinition {
        var port: AzureHookSubscriptions?
        try await withAzureClient(of: sandbox, endpoints) { client, _ in
            port = AzureHookSubscriptions(
                client: client, receiverURL: "${RECEIVER_URL}",
                credentials: .init(username: "${HOOK_USERNAME}", password: "${HOOK_PASSWORD}"))
        }
        let made = try #require(port)
        return { made.definition(for: $0) }
    }
}
