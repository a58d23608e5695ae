import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

/// Hooks over the wire, to a receiver of our own.
@Suite struct HookDeliveryTests {
    private static let job = "ms.vss-pipelines.job-state-changed-event"
    private static let stage = "ms.vss-pipelines.stage-state-changed-event"
    private static let run = "ms.vss-pipelines.run-state-changed-event"

    private func withHooks(
        _ change: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: @Sendable (Sandbox, RawAzure, ManualClock, HookReceiver, String) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.timing.hookLag = .seconds(6) ... .seconds(10)
        change(&configuration)
        let clock = ManualClock()
        let receiver = HookReceiver()
        let settled = configuration
        try await receiver.serve { url in
            try await withSandbox(settled, clock: clock) { sandbox, endpoints in
                try await body(sandbox, RawAzure(sandbox, endpoints), clock, receiver, url)
            }
        }
    }

    @Test("A waiting job is told six to ten seconds later, in the shape of real posts, by Basic auth over verified TLS")
    func overTLS() async throws {
        let certificate = try SelfMadeCertificate()
        defer { certificate.remove() }
        var configuration = SandboxConfiguration.instant()
        configuration.timing.hookLag = .seconds(6) ... .seconds(10)
        configuration.hooks.trustRootFile = certificate.file
        let clock = ManualClock()
        let receiver = HookReceiver()
        try await receiver.serve(certificate: certificate) { [configuration] url in
            try await withSandbox(configuration, clock: clock) { sandbox, _ in
                try sandbox.subscribe(
                    to: Self.job, url: url, filters: ["jobStateId": "Waiting"], username: "slipway", password: "secret"
                )
                let run = try sandbox.queue(
                    QueuedRun(stages: [
                        .init(name: "Deploy", displayName: "Deployment Stage", jobs: [.init(name: "web")])
                    ])
                )
                try await clock.advance(by: .milliseconds(5900))
                #expect(receiver.posts.isEmpty)
                try await clock.advance(by: .milliseconds(4200))
                let post = try #require(receiver.posts.first)
                #expect(receiver.posts.count == 1)
                #expect(post.authorization == "Basic " + Data("slipway:secret".utf8).base64EncodedString())
                #expect(post.contentType == "application/json; charset=utf-8")
                #expect((3500...6500).contains(post.bytes))
                let resource = try #require(post.body["resource"])
                #expect(resource["job"]?["state"] == "waiting")
                #expect(resource["job"]?["startTime"] == .null)
                #expect(resource["job"]?["result"] == nil)
                #expect(resource["job"]?["id"] == .string(InstanceName.id("Deploy.web.__default")))
                #expect(resource["run"]?["id"] == .integer(run))
                #expect(resource["projectId"] == .string(configuration.azureDevOps.projects[0].id))
                for absent in ["pool", "queue", "demands", "planId"] { #expect(resource[absent] == nil) }
                #expect(sandbox.hooks.map(\.result) == ["succeeded"])
            }
        }
    }

    @Test("A certificate that is not trusted is an enduring failure")
    func untrusted() async throws {
        let certificate = try SelfMadeCertificate()
        defer { certificate.remove() }
        let clock = ManualClock()
        let receiver = HookReceiver()
        try await receiver.serve(certificate: certificate) { url in
            try await withSandbox(.instant(), clock: clock) { sandbox, _ in
                try sandbox.subscribe(to: Self.job, url: url, username: "slipway", password: "secret")
                try sandbox.queue(QueuedRun(jobs: [.init(name: "web")]))
                try await clock.advance(by: .seconds(1))
                #expect(receiver.posts.isEmpty)
                #expect(sandbox.subscriptions.first?.status == "onProbation")
            }
        }
    }

    @Test("Job, stage and run events have every field of the real captures")
    func shapes() async throws {
        try await withHooks {
            $0.timing.hookLag = .zero ... .zero
        } _: { sandbox, azure, clock, receiver, url in
            for type in [Self.job, Self.stage, Self.run] { try sandbox.subscribe(to: type, url: url) }
            try sandbox.queue(QueuedRun(stages: [.init(name: "Deploy", jobs: [.init(name: "web", duration: .zero)])]))
            let agent = try await azure.addAgent("ecs-1")
            _ = try await azure.openSession(agent)
            let listener = try await azure.signedIn(as: agent)
            try await clock.advance(by: .seconds(1))
            let request = try #require(try await azure.waitingRequests().first)
            let (id, plan) = (try #require(request["requestId"]?.integer), try #require(request["planId"]?.string))
            _ = try await listener.call(
                .PATCH, "_apis/distributedtask/pools/44/jobrequests/\(id)", ["requestId": .integer(id)])
            _ = try await listener.call(
                .POST, "shipyard/_apis/distributedtask/hubs/build/plans/\(plan)/events",
                ["name": "JobCompleted", "jobId": try #require(request["jobId"]), "result": "succeeded"]
            )
            try await clock.advance(by: .seconds(1))
            let captures = [
                (Self.job, "completed", "ms.vss-pipelines.job-state-changed-event.completed.capture.json"),
                (Self.run, "inProgress", "ms.vss-pipelines.run-state-changed-event.inProgress.capture.json"),
                (Self.stage, "completed", "ms.vss-pipelines.stage-state-changed-event.completed.capture.json"),
            ]
            for (type, state, file) in captures {
                let capture = try JSONBody.decode(JSONValue.self, from: .init(data: fixture("service-hooks/\(file)")))
                let index = try #require(sandbox.hooks.firstIndex { $0.eventType == type && $0.state == state })
                let body = try #require(
                    receiver.posts.map(\.body).first { post in
                        post["subscriptionId"] == .string(sandbox.hooks[index].subscriptionID)
                            && post["notificationId"] == .integer(sandbox.hooks[index].notificationID)
                    }
                )
                #expect(
                    capture.missing(in: body).filter {
                        !$0.hasPrefix(".resource.run.resources.repositories.self.repository")
                    } == [])
            }
            let states = sandbox.hooks.filter { $0.eventType == Self.job }.map(\.state)
            #expect(states == ["waiting", "running", "completed"])
            #expect(sandbox.hooks.filter { $0.eventType == Self.run }.map(\.state) == ["inProgress", "completed"])
        }
    }

    @Test("503 is resent within seconds; 500 costs the events of twenty minutes, and the history tells")
    func retryRules() async throws {
        try await withHooks {
            $0.timing.hookLag = .zero ... .zero
        } _: { sandbox, azure, clock, receiver, url in
            let id = try sandbox.subscribe(to: Self.job, url: url, filters: ["jobStateId": "Waiting"])
            receiver.script([503, 503, 500])
            try sandbox.queue(QueuedRun(jobs: [.init(name: "a")]))
            try await clock.advance(by: .seconds(4))
            #expect(receiver.posts.count == 3)
            #expect(receiver.posts.allSatisfy { $0.body["notificationId"] == 1 })
            #expect(Set(receiver.posts.map { $0.body["id"]?.string }).count == 1)
            #expect(try await azure.call(.GET, "_apis/hooks/subscriptions/\(id)").json["status"] == "onProbation")
            try sandbox.queue(QueuedRun(jobs: [.init(name: "lost")]))
            try await clock.advance(by: .seconds(1210))
            #expect(receiver.posts.count == 4)
            #expect(try await azure.call(.GET, "_apis/hooks/subscriptions/\(id)").json["status"] == "enabled")
            let history = try await azure.call(.GET, "_apis/hooks/subscriptions/\(id)/notifications").list
            #expect(history.count == 1)
            #expect(history.first?["result"] == "succeeded")
            #expect(history.first?["details"]?["requestAttempts"] == 4)
        }
    }

    @Test("Scripted faults lose, double, delay and reorder hooks")
    func faults() async throws {
        try await withHooks {
            $0.timing.hookLag = .zero ... .zero
        } _: { sandbox, _, clock, receiver, url in
            try sandbox.subscribe(to: Self.job, url: url, filters: ["jobStateId": "Waiting"])
            let actions: [Fault.Action] = [
                .loseHook, .duplicateHook, .delay(.seconds(100)), .reorderHook(within: .seconds(50)),
            ]
            for (index, action) in actions.enumerated() {
                sandbox.faults.add(
                    .init(operation: .hook, occurrences: index + 1...index + 1, subject: "waiting", action: action))
            }
            for name in ["lost", "doubled", "delayed", "reordered", "plain"] {
                try sandbox.queue(QueuedRun(jobs: [.init(name: name)]))
                try await clock.advance(by: .seconds(1))
            }
            func names() -> [String?] { receiver.posts.map { $0.body["resource"]?["job"]?["name"]?.string } }
            #expect(names() == ["doubled", "doubled", "plain", "reordered"])
            try await clock.advance(by: .seconds(100))
            #expect(names().last == "delayed")
            #expect(receiver.posts.count == 5)
            #expect(sandbox.hooks.map(\.status) == ["requestInProgress"] + Array(repeating: "completed", count: 4))
        }
    }

    @Test("A subscription is checked, listed by its kind, changed and deleted")
    func subscriptions() async throws {
        try await withHooks { _, azure, _, _, url in
            let path = "_apis/hooks/subscriptions"
            var body: [String: JSONValue] = [
                "publisherId": "pipelines", "eventType": .string(Self.job), "consumerId": "webHooks",
                "consumerActionId": "httpRequest", "publisherInputs": ["projectId": "p", "jobStateId": "Waiting"],
                "consumerInputs": ["url": .string(url), "basicAuthUsername": "u", "basicAuthPassword": "p"],
            ]
            let insecure = try await azure.call(.POST, path, .object(body))
            #expect(insecure.status == 400)
            #expect(insecure.json["message"]?.string?.contains("HTTPS") == true)
            body["consumerInputs"] = ["url": "https://127.0.0.1/x", "basicAuthUsername": "u", "basicAuthPassword": "p"]
            let created = try await azure.call(.POST, path, .object(body))
            #expect(created.status == 200)
            #expect(created.json["status"] == "enabled")
            #expect(created.json["consumerInputs"]?["basicAuthPassword"] != "p")
            let id = try #require(created.json["id"]?.string)
            #expect(try await azure.call(.GET, path + "?eventType=\(Self.job)").list.count == 1)
            #expect(try await azure.call(.GET, path + "?eventType=build.complete").list.count == 0)
            body["status"] = "disabledByUser"
            #expect(try await azure.call(.PUT, path + "/\(id)", .object(body)).json["status"] == "disabledByUser")
            body["status"] = "enabled"
            #expect(try await azure.call(.PUT, path + "/\(id)", .object(body)).json["status"] == "enabled")
            #expect(try await azure.call(.DELETE, path + "/\(id)").status == 204)
            #expect(try await azure.call(.GET, path + "/\(id)").status == 404)
            for (member, value) in [("eventType", "git.push"), ("consumerId", "slack"), ("publisherId", "tfs")] {
                let wrong = body.merging([member: .string(value)]) { $1 }
                #expect(try await azure.call(.POST, path, .object(wrong)).status == 400)
            }
        }
    }

    @Test("A test notification sends the canned sample and answers what came of it")
    func testNotification() async throws {
        try await withHooks { _, azure, _, receiver, url in
            receiver.script([200, 401])
            let details: JSONValue = [
                "details": [
                    "publisherId": "pipelines", "eventType": .string(Self.job), "consumerId": "webHooks",
                    "consumerActionId": "httpRequest", "publisherInputs": ["projectId": "p"],
                    "consumerInputs": ["url": .string(url)],
                ]
            ]
            let good = try await azure.call(.POST, "_apis/hooks/testnotifications?api-version=7.1", details)
            #expect(good.json["result"] == "succeeded")
            #expect(receiver.posts.first?.body["resource"]?["run"]?["pipeline"]?["name"] == "TEST-CI")
            #expect(receiver.posts.first?.body["resource"]?["projectId"] == nil)
            let bad = try await azure.call(.POST, "_apis/hooks/testnotifications?api-version=7.1", details)
            #expect(bad.json["result"] == "failed")
            #expect(bad.json["details"]?["response"] == "Status Code: 401")
            #expect(bad.json["details"]?["errorMessage"] == "Status Code: 401")
            #expect(good.json["details"]?["errorMessage"] == .null)
        }
    }

    @Test("Details and messages are sent as the subscription wants them")
    func inputs() async throws {
        try await withHooks {
            $0.timing.hookLag = .zero ... .zero
        } _: { sandbox, azure, clock, receiver, url in
            let body: JSONValue = [
                "publisherId": "tfs", "eventType": "build.complete", "consumerId": "webHooks",
                "consumerActionId": "httpRequest",
                "publisherInputs": ["projectId": .string(sandbox.configuration.azureDevOps.projects[0].id)],
                "consumerInputs": [
                    "url": .string(url), "messagesToSend": "none", "detailedMessagesToSend": "text",
                    "httpHeaders": "X-Hook-Token:abc",
                ],
            ]
            #expect(try await azure.call(.POST, "_apis/hooks/subscriptions", body).status == 200)
            let run = try sandbox.queue(QueuedRun(jobs: [.init(name: "a")]))
            try sandbox.cancel(run: run)
            try await clock.advance(by: .seconds(1))
            let post = try #require(receiver.posts.first?.body)
            #expect(post["eventType"] == "build.complete")
            #expect(post["message"] == nil)
            #expect(post["detailedMessage"]?["text"] != nil)
            #expect(post["detailedMessage"]?["html"] == nil)
            #expect(post["resource"]?["id"] == .integer(run))
            #expect(post["resource"]?["result"] == "canceled")
            #expect(post["resource"]?["orchestrationPlan"]?["planId"] != nil)
        }
    }
}
