internal import Foundation
internal import SlipwaySQLite
internal import SlipwaySandbox
internal import SlipwayTestSupport

/// One server's files, and its world.
struct Installation: Sendable {
    let program: String
    private let files: ServerFiles
    private let port: Int

    init(
        program: String, certificate: SelfSignedCertificate, _ sandbox: Sandbox, _ endpoints: Sandbox.Endpoints,
        claims: Bool = false, serverTasks: Bool = false
    ) throws {
        self.program = program
        port = try FreePort.find()
        var files = try ServerFiles()
        files.settings.port = port
        if serverTasks { files.settings.pipelineToken = Self.pipelineToken }
        if claims || serverTasks { files.settings.claimSecret = "claim-secret-that-nobody-may-see-0001" }
        files.settings.certificate = certificate.certificate
        files.settings.privateKey = certificate.key
        files.settings.azureDevOps = endpoints.azureDevOps
        files.settings.ecs = endpoints.ecs
        files.settings.region = sandbox.configuration.ecs.region
        files.settings.token = sandbox.configuration.azureDevOps.token
        files.settings.accessKeyID = sandbox.configuration.ecs.accessKeyID
        files.settings.secretAccessKey = sandbox.configuration.ecs.secretAccessKey
        files.settings.engineAndPools = Self.engineAndPools
        try files.configure()
        self.files = files
    }

    private static let pipelineToken = "pipeline-token-that-nobody-may-see-0001"

    /// The demo's, but that it waits less long, as the simulators do.
    private static let engineAndPools = """
        engine: { activeSweepMilliseconds: 100 }
        pools:
          - name: ecs-linux
            sweepSeconds: 1
            profiles:
              - name: small
                taskDefinition: azp-agent
                container: agent
                deadlines: { leaveSeconds: 5, surplusSeconds: 1, idleSeconds: 30 }
                placements:
                  - { capacityProvider: FARGATE_SPOT, subnets: [subnet-a], securityGroups: [sg-1] }
                  - { capacityProvider: FARGATE, subnets: [subnet-a], securityGroups: [sg-1] }
              - name: large
                demands: ["slipway.size -equals large"]
                cpu: 4096
                memory: 8192
        """

    var folder: String { files.folder.url.path(percentEncoded: false) }
    func path(_ name: String) -> String { files.path(name) }
    func remove() { files.folder.remove() }

    func serve(_ log: String, environment: [String: String] = [:]) throws -> Program {
        try files.serve(program, environment: environment, log: log)
    }

    /// Makes the service connection of the extension, and waits until its server answers, or has ended.
    func connect(_ sandbox: Sandbox, while server: Program) async throws {
        sandbox.connect(ServiceConnection(url: "https://localhost:\(port)", token: Self.pipelineToken))
        while server.isRunning, try await !sandbox.verify(connection: "slipway") {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The subscriptions that Slipway needs.
    func subscribe(_ sandbox: Sandbox) throws {
        for event in DemoScenario.eventTypes {
            try sandbox.subscribe(
                to: event.type, url: "https://localhost:\(port)/hooks/azure-devops", filters: event.filters,
                username: "slipway", password: files.settings.hookPassword)
        }
    }

    /// nil: no server has made a store yet.
    func withReader<Result: Sendable>(_ body: (StoreReader) async throws -> Result) async throws -> Result? {
        guard FileManager.default.fileExists(atPath: path("slipway.db")) else { return nil }
        let reader: StoreReader
        do { reader = try StoreReader(path: path("slipway.db")) } catch { return nil }
        do {
            let result = try await body(reader)
            await reader.close()
            return result
        } catch {
            await reader.close()
            throw error
        }
    }
}
