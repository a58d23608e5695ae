import Foundation
import SlipwayTestSupport
import Testing

/// The files of a server, in a folder of its own, and what a test does with them.
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
        /// With it agents are preregistered. The port must be one that containers can be told, and `publicURL` is left out.
        var claimSecret: String?
        var onlineSeconds = 600
        /// Where Azure DevOps reaches the receiver.
        var publicURL: String?
        /// Of the pool, such as `placeholders: leave`.
        var poolKey = ""
        /// Demands of a second profile; nil: there is none.
        var largeDemand: String?
    }

    private var files: ServerFiles
    var folder: Folder { files.folder }
    var settings: Settings { didSet { apply() } }
    static let password = "integration-password-1"
    static let token = "organization-token-that-nobody-may-see"

    init(port: Int = 0) async throws {
        files = try ServerFiles()
        settings = Settings(port: port)
        apply()
        try await makeCertificate()
        try configure()
    }

    /// Writes the configuration anew, after the settings were changed.
    func configure() throws { try files.configure() }

    private mutating func apply() {
        files.settings.port = settings.port
        files.settings.certificate = path("tls.crt")
        files.settings.privateKey = path("tls.key")
        files.settings.receiver = settings.publicURL.map { "  publicURL: \($0)" } ?? ""
        files.settings.azureDevOps = settings.azureDevOps
        files.settings.ecs = settings.ecs
        files.settings.token = settings.token
        files.settings.hookPassword = Self.password
        files.settings.claimSecret = settings.claimSecret
        files.settings.accessKeyID = settings.accessKeyID
        files.settings.secretAccessKey = settings.secretAccessKey
        files.settings.engineAndPools = """
            engine: { activeSweepMilliseconds: 200 }
            pools:
              - name: ecs-linux
                sweepSeconds: \(settings.sweepSeconds)
                \(settings.poolKey)
                profiles:
                  - name: small
                    taskDefinition: azp-agent
                    container: agent
                    deadlines:
                      idleSeconds: \(settings.idleSeconds)
                      leaveSeconds: \(settings.leaveSeconds)
                      onlineSeconds: \(settings.onlineSeconds)
                    placements: [{ launchType: FARGATE, subnets: [subnet-a], securityGroups: [sg-1] }]
            \(settings.largeDemand.map { "      - { name: large, demands: [\"\($0)\"] }" } ?? "")
            """
    }

    func path(_ name: String) -> String { files.path(name) }

    func makeCertificate(commonName: String = "localhost") async throws {
        _ = try await SelfSignedCertificate(in: folder, commonName: commonName)
    }

    func serve(_ log: String = "server.log") throws -> Program { try files.serve(Program.slipway, log: log) }

    /// A server that takes a file that may not grow for a full disk, instead of ending by the signal.
    func serveIgnoringFileSizeSignal(_ log: String = "server.log") throws -> Program {
        try files.start(
            "/bin/bash",
            ["-c", #"trap '' XFSZ; exec "$0" "$@""#, Program.slipway, "serve"] + files.configurationArguments, log: log)
    }

    /// The port of a server's receiver, once it listens.
    func port(of server: Program) async throws -> Int { try await files.port(of: server) }

    func slipway(
        _ arguments: String..., within limit: Duration = .seconds(60)
    ) async throws -> (status: Int32?, output: String) {
        let log = "command-\(UUID().uuidString.prefix(8)).log"
        let program = try files.start(Program.slipway, arguments + files.configurationArguments, log: log)
        return (try await program.status(within: limit), program.output)
    }

    /// I7: no file but those that hold the secrets has one in it, be it the database, a log or what a command printed.
    func expectNoSecretsInFiles(_ further: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let secretFiles: Set = ["hook-password", "azp-token", "claim-secret", "tls.key"]
        let secrets = further + [settings.claimSecret].compactMap { $0 }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
        for name in names where !secretFiles.contains(name) {
            let data = try Data(contentsOf: URL(filePath: path(name)))
            for secret in [settings.token, Self.password, settings.secretAccessKey] + secrets {
                #expect(
                    data.range(of: Data(secret.utf8)) == nil, "a secret is in \(name)", sourceLocation: sourceLocation)
            }
        }
    }
}
