import AzureDevOps
import Foundation
import Testing

/// Walks `webhooks/subscriptions`: every file is a body that the service can take, and together they are what Slipway needs.
@Suite struct HookSubscriptionFileTests {
    /// By event type: the filter's inputs and the values each allows. Empty means any.
    /// Source: docs/service-hooks/events of Azure DevOps.
    private static let filters: [String: [String: Set<String>]] = [
        ServiceHookEvent.jobStateChanged: [
            "projectId": ["${PROJECT_ID}"], "pipelineId": [""], "stageNameId": [""], "jobNameId": [""],
            "jobStateId": ["Waiting", "Running", "Completed"],
            "jobResultId": ["", "Succeeded", "Skipped", "Rejected", "Failed", "Canceled"],
        ],
        ServiceHookEvent.stageStateChanged: [
            "projectId": ["${PROJECT_ID}"], "pipelineId": [""], "stageNameId": [""],
            "stageStateId": ["", "NotStarted", "Waiting", "Running", "Completed"],
            "stageResultId": ["", "Canceled", "Failed", "Rejected", "Skipped", "Succeeded"],
        ],
        ServiceHookEvent.runStateChanged: [
            "projectId": ["${PROJECT_ID}"], "pipelineId": [""],
            "runStateId": ["", "InProgress", "Canceling", "Completed"],
            "runResultId": ["", "Canceled", "Failed", "Succeeded"],
        ],
    ]

    private static let consumerInputs = [
        "url": "${RECEIVER_URL}", "basicAuthUsername": "${HOOK_USERNAME}", "basicAuthPassword": "${HOOK_PASSWORD}",
        "acceptUntrustedCerts": "false", "resourceDetailsToSend": "all", "messagesToSend": "none",
        "detailedMessagesToSend": "none",
    ]

    private static let keys: Set<String> = [
        "publisherId", "eventType", "resourceVersion", "consumerId", "consumerActionId", "publisherInputs",
        "consumerInputs",
    ]

    private func definitions() throws -> [(name: String, data: Data, definition: HookSubscriptionDefinition)] {
        try Samples.jsonFiles(in: "subscriptions").map { file in
            let data = try Data(contentsOf: file)
            let definition = try JSONDecoder().decode(HookSubscriptionDefinition.self, from: data)
            return (file.lastPathComponent, data, definition)
        }
    }

    @Test func everyDefinitionIsOneThatTheServiceTakes() throws {
        for (name, data, definition) in try definitions() {
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(Set(object.keys) == Self.keys, "\(name)")
            #expect(definition.publisherID == "pipelines", "\(name)")
            #expect(definition.resourceVersion == "5.1-preview.1", "\(name)")
            #expect(definition.consumerID == "webHooks", "\(name)")
            #expect(definition.consumerActionID == "httpRequest", "\(name)")
            #expect(definition.consumerInputs == Self.consumerInputs, "\(name)")
            let filter = try #require(Self.filters[definition.eventType], "\(name): \(definition.eventType)")
            #expect(Set(definition.publisherInputs.keys) == Set(filter.keys), "\(name)")
            for (input, value) in definition.publisherInputs {
                #expect(filter[input]?.contains(value) == true, "\(name): \(input) is \(value)")
            }
        }
    }

    @Test func togetherTheyAreWhatSlipwayNeeds() throws {
        let definitions = try definitions()
        #expect(
            definitions.map(\.name) == [
                "job-completed.json", "job-running.json", "job-waiting.json", "run.json", "stage.json",
            ])
        for (name, _, definition) in definitions {
            if let state = definition.publisherInputs["jobStateId"] {
                #expect(name == "job-\(state.lowercased()).json")
            }
        }
        #expect(
            Set(definitions.map(\.definition.eventType)) == [
                ServiceHookEvent.jobStateChanged, ServiceHookEvent.stageStateChanged, ServiceHookEvent.runStateChanged,
            ])
    }

    @Test func everyPlaceholderIsDocumented() throws {
        let readme = try String(contentsOf: Samples.webhooks.appending(path: "README.md"), encoding: .utf8)
        var found: Set<String> = []
        for (_, data, _) in try definitions() {
            for match in String(decoding: data, as: UTF8.self).matches(of: /\$\{[A-Z_]+\}/) {
                found.insert(String(match.output))
            }
        }
        #expect(found == ["${PROJECT_ID}", "${RECEIVER_URL}", "${HOOK_USERNAME}", "${HOOK_PASSWORD}"])
        for placeholder in found { #expect(readme.contains("`\(placeholder)`"), "\(placeholder)") }
    }

    @Test func everySampleHasItsSourceInTheNotice() throws {
        let notice = try String(contentsOf: Samples.webhooks.appending(path: "samples/NOTICE"), encoding: .utf8)
        for file in try Samples.jsonFiles(in: "samples") {
            #expect(notice.contains(file.lastPathComponent), "\(file.lastPathComponent)")
        }
    }
}
