import AzureDevOps
import Foundation
import Testing

@Suite struct HookCallTests {
    private static let id = "fd672255-8b6b-4769-9260-beea83d752ce"

    private static let definition = HookSubscriptionDefinition(
        publisherID: "pipelines",
        eventType: ServiceHookEvent.jobStateChanged,
        resourceVersion: "5.1-preview.1",
        publisherInputs: ["projectId": "p", "jobStateId": "Waiting"],
        consumerInputs: ["url": "https://slipway.example.com/hooks/azure-devops", "basicAuthPassword": "hunter2"]
    )
    private static let definitionJSON =
        #""consumerActionId":"httpRequest","consumerId":"webHooks","consumerInputs":{"basicAuthPassword":"hunter2","#
        + #""url":"https://slipway.example.com/hooks/azure-devops"},"eventType":"ms.vss-pipelines.job-state-changed-event","#

    @Test func subscriptionsAreListedByWhatTheyAreFor() async throws {
        let list = ScriptedAnswer.json(#"{"count":1,"value":[\#(try Samples.fixture("hook-subscription"))]}"#)
        try await withClient([list, list]) { client, server in
            let subscriptions = try await client.hookSubscriptions(
                publisherID: "tfs",
                eventType: "build.complete",
                consumerID: "webHooks"
            )
            _ = try await client.hookSubscriptions()
            let subscription = try #require(subscriptions.first)
            #expect(subscription.id == Self.id)
            #expect(subscription.definition.publisherID == "tfs")
            #expect(subscription.definition.publisherInputs["buildStatus"] == "Failed")
            #expect(subscription.definition.consumerInputs["url"] == "https://myservice/myhookeventreceiver")
            #expect(subscription.eventDescription == "Build MyWebSite CI, status Failed")
            #expect(subscription.createdDate == Date(timeIntervalSince1970: 1_414_424_244.873))
            #expect(subscription.status == nil)
            #expect(!subscription.isEnabled)
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/hooks/subscriptions?publisherId=tfs&eventType=build.complete&consumerId=webHooks"
                        + "&api-version=7.1",
                    "GET /fabrikam/_apis/hooks/subscriptions?api-version=7.1",
                ])
        }
    }

    @Test func aSubscriptionOnProbationIsSeen() async throws {
        let answer =
            #"{"id":"A","status":"onProbation","probationRetries":2,"publisherId":"pipelines","eventType":"e","#
            + #""consumerId":"webHooks","consumerActionId":"httpRequest","publisherInputs":{"x":null,"y":"1"}}"#
        try await withClient([.json(answer)]) { client, server in
            let subscription = try await client.hookSubscription(id: "A")
            #expect(subscription.status == "onProbation")
            #expect(!subscription.isEnabled)
            #expect(subscription.probationRetries == 2)
            #expect(subscription.definition.publisherInputs == ["y": "1"])
            #expect(server.lines == ["GET /fabrikam/_apis/hooks/subscriptions/A?api-version=7.1"])
        }
    }

    @Test func aSubscriptionIsCreatedOnce() async throws {
        try await withClient([.fixture("hook-subscription"), .status(503)]) { client, server in
            let created = try await client.createHookSubscription(Self.definition)
            #expect(created.id == Self.id)
            #expect(server.lines == ["POST /fabrikam/_apis/hooks/subscriptions?api-version=7.1"])
            #expect(
                server.requests[0].json
                    == "{" + Self.definitionJSON
                    + #""publisherId":"pipelines","publisherInputs":{"jobStateId":"Waiting","#
                    + #""projectId":"p"},"resourceVersion":"5.1-preview.1"}"#)
            // Whether it was carried out is unknown: a second try could make a second subscription.
            let error = await #expect(throws: AzureDevOpsError.self) {
                try await client.createHookSubscription(Self.definition)
            }
            #expect(error?.code == .server)
            #expect(server.requests.count == 2)
        }
    }

    @Test func aSubscriptionIsReplacedWhole() async throws {
        try await withClient([.fixture("hook-subscription")]) { client, server in
            _ = try await client.replaceHookSubscription(id: Self.id, with: Self.definition)
            #expect(server.lines == ["PUT /fabrikam/_apis/hooks/subscriptions/\(Self.id)?api-version=7.1"])
            #expect(server.requests[0].json.hasPrefix("{" + Self.definitionJSON + #""id":"\#(Self.id)","#))
        }
    }

    @Test func aDeletedSubscriptionIsToldFromOneThatWasNotThere() async throws {
        try await withClient([.status(204), .status(404)]) { client, server in
            let first = try await client.deleteHookSubscription(id: Self.id)
            let second = try await client.deleteHookSubscription(id: Self.id)
            #expect([first, second] == [true, false])
            #expect(server.lines[0] == "DELETE /fabrikam/_apis/hooks/subscriptions/\(Self.id)?api-version=7.1")
        }
    }

    @Test func theHistoryTellsHowTheReceiverAnswered() async throws {
        try await withClient([.fixture("hook-notifications"), .fixture("hook-notifications")]) { client, server in
            let history = try await client.hookNotifications(
                subscriptionID: Self.id, maximumResults: 5, result: "failed")
            _ = try await client.hookNotifications(subscriptionID: Self.id)
            #expect(history.map(\.id) == [29, 30])
            #expect(history[0].result == "failed")
            #expect(history[0].requestAttempts == 9)
            #expect(history[0].requestDuration == 0.034)
            #expect(history[0].errorMessage == "Service Unavailable (503)")
            #expect(history[0].subscriptionID == Self.id)
            #expect(history[1].errorMessage == nil)
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/hooks/subscriptions/\(Self.id)/notifications?maxResults=5&result=failed&api-version=7.1",
                    "GET /fabrikam/_apis/hooks/subscriptions/\(Self.id)/notifications?maxResults=100&api-version=7.1",
                ])
            var dumped = ""
            dump(history, to: &dumped)
            #expect(!dumped.contains("Basic secret"))
        }
    }

    @Test func oneNotificationIsReadAndMayNotBeKept() async throws {
        let answer = #"{"id":7,"status":"completed","result":"failed","details":{"errorMessage":"no"}}"#
        try await withClient([.json(answer), .status(404)]) { client, server in
            let found = try await client.hookNotification(subscriptionID: Self.id, id: 7)
            #expect(found?.result == "failed" && found?.errorMessage == "no")
            #expect(try await client.hookNotification(subscriptionID: Self.id, id: 8) == nil)
            #expect(
                server.lines[0] == "GET /fabrikam/_apis/hooks/subscriptions/\(Self.id)/notifications/7?api-version=7.1")
        }
    }

    @Test func aTestNotificationIsAskedFor() async throws {
        let answer = #"{"id":1,"status":"completed","result":"succeeded","details":{"requestAttempts":1}}"#
        try await withClient([.json(answer), .json(answer)]) { client, server in
            let notification = try await client.testHook(Self.definition, subscriptionID: Self.id)
            _ = try await client.testHook(Self.definition)
            #expect(notification.result == "succeeded")
            #expect(server.lines[0] == "POST /fabrikam/_apis/hooks/testnotifications?api-version=7.1")
            #expect(server.requests[0].json.hasPrefix(#"{"details":{"# + Self.definitionJSON))
            #expect(server.requests[0].json.hasSuffix(#","subscriptionId":"\#(Self.id)"}"#))
            #expect(!server.requests[1].json.contains("subscriptionId"))
        }
    }

    @Test func aDefinitionNeverPrintsItsPassword() {
        var dumped = ""
        dump(Self.definition, to: &dumped)
        for text in ["\(Self.definition)", String(reflecting: Self.definition), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("Waiting"))
        }
    }
}
