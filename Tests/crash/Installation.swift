internal import Foundation
internal import SlipwaySQLite
internal import SlipwaySandbox

/// The files of one server, in a folder of their own.
struct Installation: Sendable {
    let folder: String
    let program: String
    let credentials: [String: String]
    private let certificate: Certificate
    private let port: Int
    private static let password = "crash-test-password-1"

    init(program: String, certificate: Certificate, _ configuration: SandboxConfiguration) throws {
        self.program = program
        self.certificate = certificate
        folder = try Scratch.newFolder()
        port = try Scratch.freePort()
        credentials = [
            "AWS_ACCESS_KEY_ID": configuration.ecs.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": configuration.ecs.secretAccessKey,
        ]
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// The server's configuration: the demo's, but that it waits less long, as the simulators do.
    func configure(_ sandbox: Sandbox, _ endpoints: Sandbox.Endpoints) throws {
        try Scratch.write(Self.password, to: path("hook-password"))
        try Scratch.write(sandbox.configuration.azureDevOps.token, to: path("azp-token"))
        try Scratch.write(
            """
            receiver:
              host: 127.0.0.1
              port: \(port)
              certificate: \(certificate.path("tls.crt"))
              privateKey: \(certificate.path("tls.key"))
            console: { port: 0 }
            store: { path: \(path("slipway.db")) }
            hooks: { username: slipway, passwords: ["file:\(path("hook-password"))"] }
            azureDevOps: { organization: "\(endpoints.azureDevOps)", token: "file:\(path("azp-token"))" }
            aws: { region: \(sandbox.configuration.ecs.region), cluster: build-agents, endpoint: "\(endpoints.ecs)" }
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

            """, to: path("slipway.yaml"))
    }

    /// The subscriptions that Slipway needs.
    func subscribe(_ sandbox: Sandbox) throws {
        for event in DemoScenario.eventTypes {
            try sandbox.subscribe(
                to: event.type, url: "https://localhost:\(port)/hooks/azure-devops", filters: event.filters,
                username: "slipway", password: Self.password)
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
