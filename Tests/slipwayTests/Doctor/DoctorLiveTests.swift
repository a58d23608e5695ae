import AWSClient
import AzureDevOps
import Foundation
import Logging
import SlipwaySandbox
import Testing

@testable import slipway

/// The doctor over the wire, against simulators of both services.
@Suite(.timeLimit(.minutes(1))) struct DoctorLiveTests {
    /// `check: status: message` of everything that is not in order.
    private func complaints(
        token: String? = nil, faults: [Fault] = [], _ change: @Sendable (String) -> String = { $0 }
    ) async throws -> [String] {
        let configuration = SandboxConfiguration.instant()
        return try await withSandbox(configuration) { [configuration] sandbox, endpoints in
            for fault in faults { sandbox.faults.add(fault) }
            let text = change(try Fixture.base())
                .replacing("https://dev.azure.com/fabrikam", with: endpoints.azureDevOps)
                .replacing("  cluster:", with: "  endpoint: \(endpoints.ecs)\n  cluster:")
            let loaded = try load(text, environment: ["SLIPWAY_AZUREDEVOPS_TOKEN": "env:TOKEN"])
            let environment = [
                "TOKEN": token ?? configuration.azureDevOps.token, "AWS_ACCESS_KEY_ID": configuration.ecs.accessKeyID,
                "AWS_SECRET_ACCESS_KEY": configuration.ecs.secretAccessKey, "HOOK": "correct-horse-battery",
            ]
            return try await Self.results(loaded, environment).flatMap { result in
                result.findings.filter { $0.status != .ok }.map { "\(result.check): \($0.status): \($0.message)" }
            }
        }
    }

    private static func results(
        _ loaded: ConfigurationLoader.Loaded, _ environment: [String: String]
    ) async throws -> [CheckResult] {
        try await withHTTPClient(AWSClient.httpClientConfiguration) { awsHTTP in
            try await withHTTPClient(AzureDevOpsClient.httpClientConfiguration) { azureHTTP in
                var services = try DoctorServices.live(
                    loaded, awsHTTP: awsHTTP, azureHTTP: azureHTTP, environment: environment,
                    logger: Logger(label: "test"))
                // There is no certificate and no store on this machine.
                let fake = try DoctorServices.fake()
                services.certificate = fake.certificate
                services.store = fake.store
                services.launches = fake.launches
                services.now = fake.now
                return await DoctorRun(DoctorChecks(loaded: loaded, services: services).all).results()
            }
        }
    }

    /// Without the file of the fixture's hook password, which is read together with the token.
    private func withoutPasswordFile(_ text: String) -> String {
        text.replacing("file:/run/secrets/hook-now", with: "env:HOOK")
    }

    @Test func `Simulators that are set up well have no complaint`() async throws {
        #expect(try await complaints { withoutPasswordFile($0) } == [])
    }

    @Test func `A wrong token is told from a service that can't be reached`() async throws {
        let found = try await complaints(token: "wrong") { withoutPasswordFile($0) }
        #expect(found.count == 5)
        #expect(found.first?.hasPrefix("azure devops: failed: ") == true)
        #expect(
            found.dropFirst() == [
                "token: skipped: not looked at: it needs azure devops",
                "pool ecs-linux: skipped: not looked at: it needs azure devops",
                "parallel jobs: skipped: not looked at: it needs azure devops",
                "hook subscriptions: skipped: not looked at: it needs azure devops",
            ])
    }

    @Test func `A token that may not list projects lacks the scope for builds`() async throws {
        let fault = Fault(operation: .listProjects, action: .answer(status: 403, body: "{}"))
        let found = try await complaints(faults: [fault]) { text in
            withoutPasswordFile(text)
                .replacing("receiver:\n", with: "receiver:\n  publicURL: https://slipway.example.com\n")
        }
        #expect(found.contains("token: failed: Build (read): refused, and needed for hooks"), "\(found)")
    }

    @Test func `What the simulators don't have is found over the wire`() async throws {
        let found = try await complaints { text in
            withoutPasswordFile(text).replacing("cluster: build-agents", with: "cluster: other")
                .replacing("name: ecs-linux", with: "name: other")
                .replacing("container: agent", with: "container: other")
        }
        #expect(
            found == [
                "pool other: failed: there is no such pool, or the sign-in may not see it",
                "cluster other: failed: there is no such cluster in eu-west-1",
                "task definition azp-agent: failed: it has no container other",
                "permissions: skipped: not looked at: the cluster can't be described",
            ])
    }
}
