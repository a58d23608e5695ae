import Foundation
import SlipwayCore
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// The built program against simulated services: what an operator has, but for the two services.
struct Deployment: World {
    let sandbox: Sandbox
    let installation: Installation

    var database: String { installation.path("slipway.db") }

    static func with(
        speed: Double = 100, placeholders: [[String: String]] = [[:]],
        projects: [SandboxConfiguration.Project]? = nil,
        configure: (inout SandboxConfiguration) -> Void = { _ in },
        _ choose: (inout Installation.Settings) -> Void = { _ in },
        _ body: @Sendable (Deployment) async throws -> Void
    ) async throws {
        var installation = try await Installation()
        let folder = installation.folder
        defer { folder.remove() }
        var configuration = SandboxConfiguration(seed: 11)
        configuration.azureDevOps.pools = [.init(name: "ecs-linux", id: 44, placeholders: placeholders)]
        configure(&configuration)
        if let projects { configuration.azureDevOps.projects = projects }
        configuration.hooks = .init(trustRootFile: installation.path("tls.crt"))
        installation.settings.token = configuration.azureDevOps.token
        installation.settings.accessKeyID = configuration.ecs.accessKeyID
        installation.settings.secretAccessKey = configuration.ecs.secretAccessKey
        choose(&installation.settings)
        let chosen = installation
        try await withSandbox(configuration, clock: RealClock(speed: speed)) { sandbox, endpoints in
            var installation = chosen
            installation.settings.azureDevOps = endpoints.azureDevOps
            installation.settings.ecs = endpoints.ecs
            try installation.configure()
            try await body(Deployment(sandbox: sandbox, installation: installation))
            try installation.expectNoSecretsInFiles()
        }
    }

    /// Makes the subscriptions that Slipway needs, to a server that listens.
    func subscribe(to server: Program) async throws {
        let url = "https://localhost:\(try await installation.port(of: server))/hooks/azure-devops"
        for subject in HookSubject.needed(inProject: sandbox.configuration.azureDevOps.projects[0].id) {
            try sandbox.subscribe(
                to: subject.eventType, url: url, filters: subject.filter, username: "slipway",
                password: Installation.password)
        }
    }

    /// From here on a job is seen by a hook, or else a whole sweep later.
    func waitForFirstReading() async throws {
        try await sandbox.wait(for: "the first reading", within: Self.patience) { sandbox in
            sandbox.faults.calls(of: .listJobRequests) > 0
        }
    }

    func end(_ server: Program, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        server.send(SIGTERM)
        #expect(
            try await server.status(within: .seconds(30)) == 0, "\(server.output)", sourceLocation: sourceLocation)
    }
}
