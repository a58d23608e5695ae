import Foundation
import Testing

/// The files of a server, in a folder of its own.
struct Installation: Sendable {
    /// What a test chooses of the configuration. Without a choice the services don't answer.
    struct Settings: Sendable {
        var port = 0
        var azureDevOps = "http://127.0.0.1:9/nobody"
        var ecs = "http://127.0.0.1:9"
        var token = Installation.token
        var accessKeyID = "test"
        var secretAccessKey = "secret-access-key-that-nobody-may-see"
        var sweepSeconds = 30
        var idleSeconds = 300
        var leaveSeconds = 120
    }

    let folder: Folder
    var settings: Settings
    static let password = "integration-password-1"
    static let token = "organization-token-that-nobody-may-see"

    init(port: Int = 0) async throws {
        folder = try Folder()
        settings = Settings(port: port)
        try await makeCertificate()
        try configure()
    }

    /// Writes the configuration anew, after the settings were changed.
    func configure() throws {
        try folder.write(Self.password, to: "hook-password")
        try folder.write(settings.token, to: "azp-token")
        try folder.write(
            """
            receiver:
              host: 127.0.0.1
              port: \(settings.port)
              certificate: \(path("tls.crt"))
              privateKey: \(path("tls.key"))
            console: { port: 0 }
            store: { path: \(path("slipway.db")) }
            hooks: { username: slipway, passwords: ["file:\(path("hook-password"))"] }
            azureDevOps: { organization: "\(settings.azureDevOps)", token: "file:\(path("azp-token"))" }
            aws: { region: eu-west-1, cluster: build-agents, endpoint: "\(settings.ecs)" }
            engine: { activeSweepMilliseconds: 200 }
            pools:
              - name: ecs-linux
                sweepSeconds: \(settings.sweepSeconds)
                profiles:
                  - name: small
                    taskDefinition: azp-agent
                    container: agent
                    deadlines: { idleSeconds: \(settings.idleSeconds), leaveSeconds: \(settings.leaveSeconds) }
                    placements: [{ launchType: FARGATE, subnets: [subnet-a], securityGroups: [sg-1] }]

            """, to: "slipway.yaml")
    }

    func path(_ name: String) -> String { folder.path(name) }

    func makeCertificate(commonName: String = "localhost") async throws {
        let openssl = try Program(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2", "-subj", "/CN=\(commonName)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                path("tls.key"), "-out", path("tls.crt"),
            ], outputTo: path("openssl.log"))
        try #require(await openssl.status(within: .seconds(30)) == 0, "\(openssl.output)")
    }

    func serve(_ log: String = "server.log") throws -> Program {
        try start(Program.slipway, ["serve", "--config", path("slipway.yaml")], log: log)
    }

    /// A server that takes a file that may not grow for a full disk, instead of ending by the signal.
    func serveIgnoringFileSizeSignal(_ log: String = "server.log") throws -> Program {
        try start(
            "/bin/bash",
            [
                "-c", #"trap '' XFSZ; exec "$0" "$@""#, Program.slipway, "serve", "--config", path("slipway.yaml"),
            ], log: log)
    }

    /// The port of a server's receiver, once it listens.
    func port(of server: Program) async throws -> Int {
        let line = try #require(await server.line(with: "The receiver listens"), "\(server.output)")
        let digits = try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
        return try #require(Int(digits))
    }

    func slipway(
        _ arguments: String..., within limit: Duration = .seconds(60)
    ) async throws -> (status: Int32?, output: String) {
        let log = "command-\(UUID().uuidString.prefix(8)).log"
        let program = try start(Program.slipway, arguments + ["--config", path("slipway.yaml")], log: log)
        return (try await program.status(within: limit), program.output)
    }

    private func start(_ program: String, _ arguments: [String], log: String) throws -> Program {
        let credentials = [
            "AWS_ACCESS_KEY_ID": settings.accessKeyID, "AWS_SECRET_ACCESS_KEY": settings.secretAccessKey,
        ]
        return try Program(program, arguments, environment: credentials, outputTo: path(log))
    }

    /// I7: no file but those that hold the secrets has one in it, be it the database, a log or what a command printed.
    func expectNoSecretsInFiles(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let secretFiles: Set = ["hook-password", "azp-token", "tls.key"]
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
        for name in names where !secretFiles.contains(name) {
            let data = try Data(contentsOf: URL(filePath: path(name)))
            for secret in [settings.token, Self.password, settings.secretAccessKey] {
                #expect(
                    data.range(of: Data(secret.utf8)) == nil, "a secret is in \(name)", sourceLocation: sourceLocation)
            }
        }
    }
}
