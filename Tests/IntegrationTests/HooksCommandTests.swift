import Foundation
import SlipwayCore
import SlipwaySQLite
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// `slipway hooks` as an operator runs it, against simulated Azure DevOps and a running server.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HooksCommandTests {
    private static let publicURL = "https://localhost"

    /// A server behind the public URL that the commands read.
    private func withServer(
        sweepSeconds: Int = 3_600, _ body: @Sendable (Deployment, Program) async throws -> Void
    ) async throws {
        try await Deployment.with({ $0.sweepSeconds = sweepSeconds }) { deployment in
            let server = try deployment.installation.serve()
            let port = try await deployment.installation.port(of: server)
            var installation = deployment.installation
            installation.settings.publicURL = "\(Self.publicURL):\(port)"
            try installation.configure()
            let known = Deployment(sandbox: deployment.sandbox, installation: installation)
            try await body(known, server)
            if server.isRunning { try await known.end(server) }
        }
    }

    /// A configuration with a public URL behind which nobody is.
    private func withoutServer(
        projects: [SandboxConfiguration.Project]? = nil, _ choose: (inout Installation.Settings) -> Void = { _ in },
        _ body: @Sendable (Deployment) async throws -> Void
    ) async throws {
        try await Deployment.with(
            projects: projects,
            {
                $0.publicURL = "\(Self.publicURL):9"
                choose(&$0)
            }, body)
    }

    private static let three: [SandboxConfiguration.Project] = [
        .init(name: "shipyard", id: "0c5e1c52-94b3-4a6e-8d47-0f2d6a1b7e10"),
        .init(name: "dry dock", id: "1c5e1c52-94b3-4a6e-8d47-0f2d6a1b7e11"),
        .init(name: "office", id: "2c5e1c52-94b3-4a6e-8d47-0f2d6a1b7e12", pools: []),
    ]

    // MARK: The whole life

    @Test func installedHooksBringAJobItsAgent() async throws {
        try await withServer { deployment, _ in
            let slipway = deployment.installation
            let sandbox = deployment.sandbox
            let dry = try await slipway.slipway("hooks", "install", "--dry-run")
            #expect(dry.status == 0 && dry.output.contains("would be created 5"), "\(dry.output)")
            #expect(sandbox.subscriptions.isEmpty)

            let first = try await slipway.slipway("hooks", "install")
            #expect(first.status == 0 && first.output.contains("\ncreated 5, left 0"), "\(first.output)")
            let made = sandbox.subscriptions
            // The server holds the store; what the command did is in its ledger all the same, and the chain holds.
            let records = try await deployment.records().filter { $0.kind == "hooks.created" }
            #expect(Set(records.compactMap { $0.factsByName?["subscription"] }) == Set(made.map { .text($0.id) }))
            #expect(records.allSatisfy { $0.facts.contains(#""command":"hooks install""#) })
            #expect(try await slipway.slipway("ledger", "verify").status == 0)
            #expect(made.count == 5)
            let second = try await slipway.slipway("hooks", "install")
            #expect(second.status == 0 && second.output.contains("\ncreated 0, left 5"), "\(second.output)")
            #expect(sandbox.subscriptions == made)

            let test = try await slipway.slipway("hooks", "test")
            #expect(test.status == 0, "\(test.output)")
            #expect(test.output.matches(of: /ok +shipyard: .*: recorded as delivery \d/).count == 5, "\(test.output)")
            #expect(try await deployment.counts().deliveries == 5)
            #expect(test.output.contains("The tests carried the configured credentials"))

            try await deployment.waitForFirstReading()
            try deployment.queue(.job("a"))
            try await deployment.expectTheEnd()
            let list = try await slipway.slipway("hooks", "list")
            #expect(list.status == 0)
            #expect(list.output.matches(of: /shipyard .* enabled +succeeded .* ago/).count >= 4, "\(list.output)")
        }
    }

    @Test func onlyOursAreRemovedAndOnlyAfterAYes() async throws {
        try await withoutServer { deployment in
            let (slipway, sandbox) = (deployment.installation, deployment.sandbox)
            let foreign = try sandbox.subscribe(
                to: HookSubject.jobEventType, url: "\(Self.publicURL):9/other?code=geheim")
            #expect(try await slipway.slipway("hooks", "install").status == 0)
            #expect(sandbox.subscriptions.count == 6)
            let list = try await slipway.slipway("hooks", "list")
            #expect(list.output.contains("not Slipway's, it sends to https://localhost:9/other"))
            #expect(!list.output.contains("geheim"))

            let unconfirmed = try await slipway.slipway("hooks", "remove")
            #expect(unconfirmed.status == 2 && unconfirmed.output.contains("--yes"), "\(unconfirmed.output)")
            #expect(sandbox.subscriptions.count == 6)
            let removed = try await slipway.slipway("hooks", "remove", "--yes")
            #expect(removed.status == 0, "\(removed.output)")
            #expect(sandbox.subscriptions.map(\.id) == [foreign])
        }
    }

    @Test func whatIsBrokenIsMendedWithItsReason() async throws {
        try await withoutServer { deployment in
            let (slipway, sandbox) = (deployment.installation, deployment.sandbox)
            let url = "\(Self.publicURL):9/hooks/azure-devops"
            let disabled = try sandbox.subscribe(
                to: HookSubject.jobEventType, url: url, filters: ["jobStateId": "Waiting"], username: "slipway",
                password: Installation.password)
            try sandbox.disable(subscription: disabled)
            // The portal's defaults differ from what Slipway makes.
            _ = try sandbox.subscribe(
                to: HookSubject.runEventType, url: "https://LOCALHOST:9/hooks/azure-devops/", username: "somebody",
                password: Installation.password)
            let result = try await slipway.slipway("hooks", "install")
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains("jobStateId=Waiting: replaced"))
            #expect(result.output.contains(": somebody disabled it"))
            #expect(
                result.output.contains(
                    "other than Slipway makes it: basicAuthUsername, detailedMessagesToSend, messagesToSend"))
            #expect(result.output.contains("created 3, left 0, replaced 2, doubles removed 0"))
            #expect(sandbox.subscriptions.count == 5)
            #expect(sandbox.subscriptions.allSatisfy { $0.status == "enabled" && $0.url == url })

            // As after two people created them at the same time.
            for double in sandbox.subscriptions {
                _ = try sandbox.subscribe(
                    to: double.eventType, url: url, filters: double.filters, username: "slipway",
                    password: Installation.password)
            }
            let again = try await slipway.slipway("hooks", "install")
            #expect(again.output.contains("created 0, left 5, replaced 0, doubles removed 5"), "\(again.output)")
            #expect(sandbox.subscriptions.count == 5)
        }
    }

    // MARK: Projects

    @Test func projectsAreNamedFoundAndNeverGuessed() async throws {
        try await withoutServer(projects: Self.three) { deployment in
            let (slipway, sandbox) = (deployment.installation, deployment.sandbox)
            let unnamed = try await slipway.slipway("hooks", "install")
            #expect(unnamed.status == 2 && unnamed.output.contains("there are shipyard, dry dock, office"))
            let unknown = try await slipway.slipway("hooks", "install", "--project", "shipyard", "--project", "../x")
            #expect(unknown.status == 1 && unknown.output.contains("“../x”"), "\(unknown.output)")
            #expect(sandbox.subscriptions.isEmpty)

            let one = try await slipway.slipway("hooks", "install", "--project", "dry dock")
            #expect(one.status == 0 && one.output.contains("dry dock: run-state-changed: created"), "\(one.output)")
            #expect(Set(sandbox.subscriptions.compactMap { $0.filters["projectId"] }) == [Self.three[1].id])
            // Now it is the one that is watched.
            #expect(try await slipway.slipway("hooks", "install").output.contains("left 5"))
            let all = try await slipway.slipway("hooks", "install", "--all-projects")
            #expect(all.output.contains("created 5, left 5"), "\(all.output)")
            #expect(
                Set(sandbox.subscriptions.compactMap { $0.filters["projectId"] })
                    == Set(Self.three.prefix(2).map(\.id)))

            let json = try await slipway.slipway("hooks", "list", "--json", "--project", "shipyard")
            let read = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect((read?["subscriptions"] as? [[String: Any]])?.count == 5)
            #expect((read?["missing"] as? [Any])?.isEmpty == true)
        }
    }

    // MARK: Tests that fail

    @Test func aTestTellsWhyNothingArrives() async throws {
        try await withServer { deployment, server in
            let slipway = deployment.installation
            #expect(try await slipway.slipway("hooks", "test").status == 1)
            #expect(try await slipway.slipway("hooks", "install").status == 0)

            // Another configuration than the server's.
            try slipway.folder.write("another-password-than-the-servers", to: "hook-password")
            let refused = try await slipway.slipway("hooks", "test", "--timeout", "5")
            #expect(refused.status == 1)
            #expect(refused.output.contains("refused it: Status Code: 401"), "\(refused.output)")
            #expect(refused.output.contains("restart it with this one"))
            try slipway.configure()

            try await deployment.end(server)
            let unreached = try await slipway.slipway("hooks", "test", "--json")
            #expect(unreached.status == 1)
            #expect(unreached.output.contains("the receiver was not reached"), "\(unreached.output)")
            #expect(unreached.output.contains("/healthz"))
        }
    }

    // MARK: A service that lies, refuses, or keeps silent

    @Test func aServiceThatRefusesIsTold() async throws {
        try await withoutServer({ $0.token = "a-token-that-nobody-knows" }) { deployment in
            for command in ["install", "list", "test", "remove"] {
                let result = try await deployment.installation.slipway("hooks", command)
                #expect(result.status == 1, "\(command): \(result.output)")
                #expect(result.output.contains("Check that the token has not expired"), "\(result.output)")
                #expect(!result.output.contains("a-token-that-nobody-knows"))
            }
        }
        try await withoutServer { deployment in
            let faults = deployment.sandbox.faults
            faults.add(
                Fault(
                    operation: .createSubscription, occurrences: 2...2,
                    action: .answer(
                        status: 403, body: #"{"message":"TF400813","typeKey":"UnauthorizedAccessException"}"#)))
            let result = try await deployment.installation.slipway("hooks", "install")
            #expect(result.status == 1)
            #expect(result.output.contains("Edit Subscriptions in the project shipyard"), "\(result.output)")
            #expect(deployment.sandbox.subscriptions.count == 4)
            #expect(try await deployment.installation.slipway("hooks", "install").output.contains("created 1, left 4"))
        }
    }

    @Test func aServiceThatCantBeReachedIsTold() async throws {
        try await withoutServer { deployment in
            var installation = deployment.installation
            installation.settings.azureDevOps = "http://127.0.0.1:9/nobody"
            try installation.configure()
            for command in ["install", "list", "test", "remove"] {
                let result = try await installation.slipway("hooks", command)
                #expect(result.status == 69, "\(command): \(result.output)")
            }
        }
    }

    @Test(arguments: [
        #"{"count":1,"value":[{}]}"#, #"{"count":3,"value":[]}"#, "[]", "", "<html>sign in</html>",
        #"{"count":1,"value":[{"id":7}]}"#, String(repeating: "[", count: 100_000),
    ])
    func aLieMakesNoSubscription(_ body: String) async throws {
        try await withoutServer { deployment in
            deployment.sandbox.faults.add(
                Fault(operation: .listSubscriptions, action: .answer(status: 200, body: body)))
            for command in ["install", "list", "test", "remove"] {
                let result = try await deployment.installation.slipway("hooks", command)
                #expect([1, 69].contains(result.status), "\(command): \(result.output)")
            }
            #expect(deployment.sandbox.subscriptions.isEmpty)
        }
    }

    @Test func aListWithoutEndIsLeft() async throws {
        try await withoutServer { deployment in
            deployment.sandbox.faults.add(
                Fault(operation: .listProjects, action: .addHeaders(["x-ms-continuationtoken": "again"])))
            let result = try await deployment.installation.slipway("hooks", "install")
            #expect(result.status == 1 && result.output.contains("has no end"), "\(result.output)")
            #expect(deployment.sandbox.subscriptions.isEmpty)
        }
    }
}
