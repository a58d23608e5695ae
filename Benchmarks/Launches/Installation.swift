import Foundation
import SlipwaySandbox

/// The files of the server under measurement: what a real one has, pointed at the simulators.
struct Installation {
    let folder: URL
    let password = "benchmark-password-1"

    /// `certificate` and `key` are PEM files.
    init(_ endpoints: Sandbox.Endpoints, _ sandbox: SandboxConfiguration, certificate: String, key: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "slipway-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(password, "hook-password")
        try write(sandbox.azureDevOps.token, "azp-token")
        try write(
            """
            receiver: { host: 127.0.0.1, port: 0, certificate: \(certificate), privateKey: \(key) }
            console: { port: 0 }
            store: { path: \(path("slipway.db")) }
            hooks: { username: slipway, passwords: ["file:\(path("hook-password"))"] }
            azureDevOps: { organization: "\(endpoints.azureDevOps)", token: "file:\(path("azp-token"))" }
            aws: { region: eu-west-1, cluster: build-agents, endpoint: "\(endpoints.ecs)", startsPerSecond: 1000, startBurst: 1000 }
            pools:
              - name: ecs-linux
                sweepSeconds: 30
                maximumAgents: 10000
                profiles:
                  - name: small
                    taskDefinition: azp-agent
                    container: agent
                    maximumAgents: 10000
                    deadlines: { surplusSeconds: 1 }
                    placements: [{ capacityProvider: FARGATE, subnets: [subnet-a], securityGroups: [sg-1] }]

            """, "slipway.yaml")
    }

    func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }
}
