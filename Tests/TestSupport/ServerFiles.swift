internal import Foundation

/// The files of one `slipway serve`, in a folder of their own, and the programs that use them.
public struct ServerFiles: Sendable {
    /// Without a choice the services don't answer.
    public struct Settings: Sendable {
        public var port = 0
        public var certificate = ""
        public var privateKey = ""
        public var azureDevOps = "http://127.0.0.1:9/nobody"
        public var ecs = "http://127.0.0.1:9"
        public var region = "eu-west-1"
        public var token = "organization-token-that-nobody-may-see"
        public var hookPassword = "password-of-the-hooks-1"
        /// With it agents are preregistered, and `port` must be one that containers can be told.
        public var claimSecret: String?
        /// With it pipelines' tasks are served; needs a claim secret too, whose containers learn the public address.
        public var pipelineToken: String?
        public var accessKeyID = "test"
        public var secretAccessKey = "secret-access-key-that-nobody-may-see"
        /// More keys of `receiver`, each on a line of its own with two spaces before it.
        public var receiver = ""
        /// More keys of `aws`, each with a comma before it.
        public var aws = ""
        /// `engine` and `pools`, as YAML.
        public var engineAndPools = ""

        public init() {}
    }

    public let folder: Folder
    public var settings = Settings()

    public init() throws { folder = try Folder() }

    public func path(_ name: String) -> String { folder.path(name) }

    /// Writes the configuration, anew if the settings were changed.
    public func configure() throws {
        try folder.write(settings.hookPassword, to: "hook-password")
        try folder.write(settings.token, to: "azp-token")
        if let secret = settings.claimSecret { try folder.write(secret, to: "claim-secret") }
        if let token = settings.pipelineToken { try folder.write(token, to: "pipeline-token") }
        let publicURL = settings.claimSecret == nil ? "" : "\n  publicURL: https://localhost:\(settings.port)"
        let claims = settings.claimSecret == nil ? "" : "\nclaims: { secrets: [\"file:\(path("claim-secret"))\"] }"
        let serverTasks =
            settings.pipelineToken == nil ? "" : "\nserverTasks: { tokens: [\"file:\(path("pipeline-token"))\"] }"
        try folder.write(
            """
            receiver:
              host: 127.0.0.1
              port: \(settings.port)
              certificate: \(settings.certificate)
              privateKey: \(settings.privateKey)\(publicURL)
            \(settings.receiver)\(claims)\(serverTasks)
            console: { port: 0 }
            store: { path: \(path("slipway.db")) }
            hooks: { username: slipway, passwords: ["file:\(path("hook-password"))"] }
            azureDevOps: { organization: "\(settings.azureDevOps)", token: "file:\(path("azp-token"))" }
            aws: { region: \(settings.region), cluster: build-agents, endpoint: "\(settings.ecs)"\(settings.aws) }
            \(settings.engineAndPools)

            """, to: "slipway.yaml")
    }

    /// - Parameter program: the built `slipway`.
    public func serve(
        _ program: String, environment: [String: String] = [:], log: String = "server.log"
    ) throws -> Program {
        try start(program, ["serve"] + configurationArguments, environment: environment, log: log)
    }

    public var configurationArguments: [String] { ["--config", path("slipway.yaml")] }

    /// Any program, with the credentials in its environment.
    public func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], log: String
    ) throws -> Program {
        let credentials = [
            "AWS_ACCESS_KEY_ID": settings.accessKeyID, "AWS_SECRET_ACCESS_KEY": settings.secretAccessKey,
        ]
        return try Program(
            program, arguments, environment: credentials.merging(environment) { _, new in new }, outputTo: path(log))
    }

    /// The port of a server's receiver, once it listens.
    public func port(of server: Program, every pause: Duration = .milliseconds(20)) async throws -> Int {
        guard let line = try await server.line(with: "The receiver listens", every: pause),
            let digits = line.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1, let port = Int(digits)
        else { throw TestSupportError("the server does not listen: \(server.output)") }
        return port
    }
}
