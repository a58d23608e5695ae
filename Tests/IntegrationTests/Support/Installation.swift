import Foundation
import Testing

/// The files of a server, in a folder of its own, for services that don't answer unless a test names them.
struct Installation: Sendable {
    let folder: Folder
    static let password = "integration-password-1"
    static let token = "organization-token-that-nobody-may-see"

    init(azureDevOps: String = "http://127.0.0.1:9/nobody", ecs: String = "http://127.0.0.1:9", port: Int = 0)
        async throws
    {
        folder = try Folder()
        try await makeCertificate()
        try folder.write(Self.password, to: "hook-password")
        try folder.write(Self.token, to: "azp-token")
        try folder.write(
            """
            receiver: { host: 127.0.0.1, port: \(port), certificate: \(path("tls.crt")), privateKey: \(path("tls.key")) }
            console: { port: 0 }
            store: { path: \(path("slipway.db")) }
            hooks: { username: slipway, passwords: ["file:\(path("hook-password"))"] }
            azureDevOps: { organization: "\(azureDevOps)", token: "file:\(path("azp-token"))" }
            aws: { region: eu-west-1, cluster: build-agents, endpoint: "\(ecs)" }
            pools:
              - name: ecs-linux
                profiles:
                  - name: small
                    taskDefinition: azp-agent
                    container: agent
                    placements: [{ launchType: FARGATE, subnets: [subnet-a], securityGroups: [sg-1] }]

            """, to: "slipway.yaml")
    }

    func path(_ name: String) -> String { folder.path(name) }

    func makeCertificate(commonName: String = "localhost") async throws {
        let openssl = try Program(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2",
                "-subj", "/CN=\(commonName)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                path("tls.key"), "-out", path("tls.crt"),
            ], outputTo: path("openssl.log"))
        try #require(await openssl.status(within: .seconds(30)) == 0, "\(openssl.output)")
    }

    func serve(_ log: String = "server.log") throws -> Program {
        try Program(
            Program.slipway, ["serve", "--config", path("slipway.yaml")],
            environment: ["AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"], outputTo: path(log))
    }

    /// The port of a server's receiver, once it listens.
    func port(of server: Program) async throws -> Int {
        let line = try #require(await server.line(with: "The receiver listens"), "\(server.output)")
        let digits = try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
        return try #require(Int(digits))
    }

    func slipway(_ arguments: String...) async throws -> (status: Int32?, output: String) {
        let program = try Program(
            Program.slipway, arguments + ["--config", path("slipway.yaml")], outputTo: path("command.log"))
        return (try await program.status(within: .seconds(60)), program.output)
    }
}
