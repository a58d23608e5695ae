internal import Crypto
internal import Foundation
internal import SlipwaySandbox

/// What the demo simulates, and the configuration that a server needs for it.
struct DemoWorld: Sendable {
    let folder: DemoFolder
    let sandboxConfiguration: SandboxConfiguration
    static let hookUser = "slipway"
    /// In the configuration, each with demands of its own.
    static let profileCount = 2
    static let warmAgents = 2
    let hookPassword: String
    /// What the extension's service connection presents.
    let pipelineToken: String
    /// Chosen beforehand, since containers are told where to claim.
    let receiverPort: Int

    var receiverURL: String { "https://localhost:\(receiverPort)" }

    init(folder: DemoFolder, receiverPort: Int) throws {
        self.folder = folder
        self.receiverPort = receiverPort
        hookPassword = (0..<32).map { _ in String("abcdefghjkmnpqrstuvwxyz23456789".randomElement() ?? "a") }.joined()
        pipelineToken = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        var sandbox = SandboxConfiguration(seed: UInt64.random(in: 1...UInt64.max))
        // No agent at all: what lets jobs queue Slipway makes itself.
        sandbox.azureDevOps.pools = [.init(name: "ecs-linux", id: 44, placeholders: [])]
        sandbox.hooks = .init(trustRootFile: folder.path("tls.crt"))
        sandbox.ecs.taskDefinition.givesToken = false
        sandboxConfiguration = sandbox
        let certificate = try DemoCertificate(now: Date())
        try folder.write(certificate.certificatePEM, to: "tls.crt")
        try folder.write(certificate.privateKeyPEM, to: "tls.key")
        try folder.write(hookPassword, to: "hook-password")
        let claimSecret = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        try folder.write(claimSecret, to: "claim-secret")
        try folder.write(pipelineToken, to: "pipeline-token")
        try folder.write(sandbox.azureDevOps.token, to: "azp-token")
    }

    /// Writes the server's configuration, and the AWS credentials that it and every `slipway` command will find.
    func writeConfiguration(_ endpoints: Sandbox.Endpoints, hasWarmAgents: Bool) throws {
        try folder.write(yaml(endpoints, hasWarmAgents: hasWarmAgents), to: "slipway.yaml")
        try folder.write("", to: "aws-config")
        try folder.write(
            """
            [default]
            aws_access_key_id = \(sandboxConfiguration.ecs.accessKeyID)
            aws_secret_access_key = \(sandboxConfiguration.ecs.secretAccessKey)

            """, to: "aws-credentials")
    }

    /// The environment in which the demo's credentials are found, and no others.
    var environment: [String: String] {
        [
            "AWS_SHARED_CREDENTIALS_FILE": folder.path("aws-credentials"), "AWS_CONFIG_FILE": folder.path("aws-config"),
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    private func yaml(_ endpoints: Sandbox.Endpoints, hasWarmAgents: Bool) -> String {
        let warm = hasWarmAgents ? "warm: [{ agents: \(Self.warmAgents) }]" : "# No warm agents."
        return """
            receiver:
              host: 127.0.0.1
              port: \(receiverPort)
              publicURL: \(receiverURL)
              certificate: \(folder.path("tls.crt"))
              privateKey: \(folder.path("tls.key"))
            claims:
              secrets: ["file:\(folder.path("claim-secret"))"]
            serverTasks:
              tokens: ["file:\(folder.path("pipeline-token"))"]
            console:
              port: 0
            store:
              path: \(folder.path("slipway.db"))
            hooks:
              username: \(Self.hookUser)
              passwords: ["file:\(folder.path("hook-password"))"]
            azureDevOps:
              organization: \(endpoints.azureDevOps)
              token: file:\(folder.path("azp-token"))
            aws:
              region: \(sandboxConfiguration.ecs.region)
              cluster: build-agents
              endpoint: \(endpoints.ecs)
            engine:
              activeSweepMilliseconds: 500
            log:
              level: warning
            pools:
              - name: ecs-linux
                sweepSeconds: 10
                profiles:
                  - name: small
                    taskDefinition: azp-agent
                    container: agent
                    largest: { cpu: 2048, memory: 4096 }
                    deadlines: { surplusSeconds: 5 }
                    \(warm)
                    placements:
                      - { capacityProvider: FARGATE_SPOT, subnets: [subnet-a, subnet-b], securityGroups: [sg-1] }
                      - { capacityProvider: FARGATE, subnets: [subnet-a, subnet-b], securityGroups: [sg-1] }
                  - name: large
                    demands: ["slipway.size -equals large"]
                    cpu: 4096
                    memory: 8192

            """
    }
}
