import Foundation
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// `slipway init` as an operator runs it, against simulated services; then the doctor and the server on what it wrote.
@Suite(.serialized, .timeLimit(.minutes(5))) struct InitCommandTests {
    private struct Place: Sendable {
        let sandbox: Sandbox
        let endpoints: Sandbox.Endpoints
        let folder: Folder

        var configuration: String { folder.path("slipway.yaml") }
        var isWritten: Bool { FileManager.default.fileExists(atPath: configuration) }

        /// Runs a command with the credentials of the sandbox in its environment.
        func slipway(
            _ arguments: [String], token: String? = nil, _ variables: [String: String] = [:]
        ) async throws -> (status: Int32?, output: String) {
            let program = try start(arguments, token: token, variables)
            return (try await program.status(within: .seconds(60)), program.output)
        }

        func start(_ arguments: [String], token: String? = nil, _ variables: [String: String] = [:]) throws -> Program {
            let ecs = sandbox.configuration.ecs
            let environment = [
                "AZP_TOKEN": token ?? sandbox.configuration.azureDevOps.token, "AWS_ACCESS_KEY_ID": ecs.accessKeyID,
                "AWS_SECRET_ACCESS_KEY": ecs.secretAccessKey, "AWS_REGION": ecs.region,
                "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent",
            ]
            return try Program(
                Program.slipway, arguments, environment: environment.merging(variables) { $1 },
                outputTo: folder.path("\(arguments[0])-\(UUID().uuidString.prefix(8)).log"))
        }

        /// The flags for what no service tells.
        var flags: [String] {
            [
                "init", "--config", configuration, "--organization", endpoints.azureDevOps, "--endpoint", endpoints.ecs,
                "--public-url", "https://localhost:8443", "--certificate", folder.path("tls.crt"), "--private-key",
                folder.path("tls.key"), "--store", folder.path("slipway.db"), "--subnet", "subnet-a",
            ]
        }
    }

    private func withPlace(
        _ choose: (inout SandboxConfiguration) -> Void = { _ in }, _ body: @Sendable (Place) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration(seed: 3)
        configuration.azureDevOps.pools = [.init(name: "Default", id: 1), .init(name: "ecs-linux", id: 44)]
        choose(&configuration)
        let folder = try Folder()
        defer { folder.remove() }
        _ = try await SelfSignedCertificate(in: folder)
        try await withSandbox(configuration) { sandbox, endpoints in
            try folder.write(sandbox.configuration.azureDevOps.token, to: "azp-token")
            try await body(Place(sandbox: sandbox, endpoints: endpoints, folder: folder))
        }
    }

    @Test func whatItWritesIsFitForTheDoctorAndTheServer() async throws {
        try await withPlace { place in
            let written = try await place.slipway(place.flags)
            #expect(written.status == 0, "\(written.output)")
            #expect(written.output.contains("ecs-linux, the only one there is"), "\(written.output)")
            #expect(written.output.contains("build-agents, the only one there is"))
            let text = try String(contentsOfFile: place.configuration, encoding: .utf8)
            #expect(text.components(separatedBy: "TO FILL IN").count == 2, "\(text)")
            #expect(text.contains("capacityProvider: FARGATE_SPOT"))
            let password = try String(contentsOfFile: place.folder.path("hook-password"), encoding: .utf8)
            for secret in [password, place.sandbox.configuration.azureDevOps.token] {
                #expect(!text.contains(secret) && !written.output.contains(secret))
            }

            let doctor = try await place.slipway(["doctor", "--config", place.configuration])
            #expect(doctor.status == 0, "\(doctor.output)")
            // A port of its own, on this machine alone.
            let server = try place.start(
                ["serve", "--config", place.configuration],
                ["SLIPWAY_RECEIVER_HOST": "127.0.0.1", "SLIPWAY_RECEIVER_PORT": "0", "SLIPWAY_CONSOLE_PORT": "0"])
            #expect(try await server.line(with: "The receiver listens") != nil, "\(server.output)")
            server.send(SIGTERM)
            #expect(try await server.status(within: .seconds(30)) == 0, "\(server.output)")
        }
    }

    @Test func anExistingFileIsReplacedOnlyByForce() async throws {
        try await withPlace { place in
            try place.folder.write("mine", to: "slipway.yaml")
            try place.folder.write("a-password-that-is-there", to: "hook-password")
            let refused = try await place.slipway(place.flags)
            #expect(refused.status == 2 && refused.output.contains("--force"), "\(refused.output)")
            #expect(try String(contentsOfFile: place.configuration, encoding: .utf8) == "mine")
            let forced = try await place.slipway(place.flags + ["--force"])
            #expect(forced.status == 0, "\(forced.output)")
            #expect(
                try String(contentsOfFile: place.folder.path("hook-password"), encoding: .utf8)
                    == "a-password-that-is-there")
        }
    }

    @Test func severalCandidatesAreListedAndNothingIsWritten() async throws {
        try await withPlace {
            $0.azureDevOps.pools = [.init(name: "linux", id: 1), .init(name: "windows", id: 2)]
            $0.ecs.clusters = ["blue", "green"]
        } _: { place in
            let result = try await place.slipway(place.flags)
            #expect(result.status == 2)
            #expect(result.output.contains("there are several pools: linux, windows; give --pool"), "\(result.output)")
            #expect(result.output.contains("there are several clusters: blue, green; give --cluster"))
            #expect(!place.isWritten)
            #expect(!FileManager.default.fileExists(atPath: place.folder.path("hook-password")))
            let chosen = try await place.slipway(place.flags + ["--pool", "linux", "--cluster", "green"])
            #expect(chosen.status == 0, "\(chosen.output)")
        }
    }

    @Test func withoutAnyServiceTheFileIsATemplate() async throws {
        try await withPlace { place in
            let result = try await place.slipway(["init", "--offline", "--config", place.configuration])
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains("aws ecs list-clusters"))
            // It loads; that nobody is there the doctor says.
            let doctor = try await place.slipway(["doctor", "--config", place.configuration])
            #expect(doctor.status == 1, "\(doctor.output)")
        }
    }

    @Test func servicesThatRefuseOrLieAreTold() async throws {
        try await withPlace { place in
            let refused = try await place.slipway(place.flags, token: "a-wrong-token")
            // The file beside the configuration is not asked when the variable is there.
            #expect(refused.status == 1 && place.isWritten, "\(refused.output)")
            #expect(refused.output.contains("FAILED       azure devops"), "\(refused.output)")
            #expect(refused.output.contains("fill it in, or give --pool"))
        }
        for body in ["", "[]", #"{"clusterArns":7}"#, "<html></html>"] {
            try await withPlace { place in
                place.sandbox.faults.add(Fault(operation: .listClusters, action: .answer(status: 200, body: body)))
                let lied = try await place.slipway(place.flags)
                #expect([1, 69].contains(lied.status) && place.isWritten, "\(body): \(lied.output)")
                #expect(lied.output.contains("ecs-linux, the only one there is"))
            }
        }
    }

    @Test func servicesThatCantBeReachedAreTold() async throws {
        try await withPlace { place in
            let result = try await place.slipway(
                [
                    "init", "--config", place.configuration, "--organization", "http://127.0.0.1:9/nobody",
                    "--endpoint",
                    "http://127.0.0.1:9",
                ])
            #expect(result.status == 69 && place.isWritten, "\(result.output)")
            #expect(result.output.contains("UNREACHABLE  azure devops"), "\(result.output)")
            #expect(result.output.contains("UNREACHABLE  aws"))
            #expect(try await place.slipway(["doctor", "--config", place.configuration]).status != 2)
        }
    }

    @Test func aValueThatTheServerWouldRefuseIsRefused() async throws {
        try await withPlace { place in
            let result = try await place.slipway(
                [
                    "init", "--offline", "--config", place.configuration, "--region", "eu west", "--public-url",
                    "slipway",
                ])
            #expect(result.status == 2, "\(result.output)")
            #expect(result.output.contains("aws.region") && result.output.contains("receiver.publicURL"))
            #expect(!place.isWritten)
        }
    }
}
