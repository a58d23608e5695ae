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
    ///
    /// - Parameters:
    ///   - further: other texts that must not be there.
    ///   - keys: private keys in DER, which are sought as bytes, in base64 and in hex.
    func expectNoSecretsInFiles(
        _ further: [String] = [], keys: [[UInt8]] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let texts =
            [settings.token, Self.password, settings.secretAccessKey] + [settings.claimSecret].compactMap { $0 }
        let secrets = (texts + further).map { Data($0.utf8) } + keys.flatMap(Self.traces)
        #expect(try files(with: secrets).isEmpty, "a secret is in a file", sourceLocation: sourceLocation)
    }

    /// The names of those that hold one of them, but for those that are made to hold secrets.
    func files(with secrets: [Data]) throws -> [String] {
        let secretFiles: Set = ["hook-password", "azp-token", "claim-secret", "tls.key"]
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
        return try names.filter { name in
            guard !secretFiles.contains(name) else { return false }
            let data = try Data(contentsOf: URL(filePath: path(name)))
            return secrets.contains { data.range(of: $0) != nil }
        }.sorted()
    }

    /// Parts from the end of a key, which its public half has nothing of: as they would be found in any of the ways that
    /// keys are written.
    static func traces(_ key: [UInt8]) -> [Data] {
        let end = key.suffix(96)
        // Base64 is written by threes of the whole, and PEM in lines of 64.
        let base64 = Data(key).base64EncodedString().suffix(64)
        let hex = end.map { String(format: "%02x", $0) }.joined()
        return [Data(end), Data(base64.utf8.prefix(40)), Data(hex.utf8), Data(hex.uppercased().utf8)]
    }
}
