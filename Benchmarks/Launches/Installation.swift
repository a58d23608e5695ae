import SlipwaySandbox
import SlipwayTestSupport

extension ServerFiles {
    /// The server under measurement: what a real one has, pointed at the simulators.
    ///
    /// `certificate` and `key` are PEM files.
    init(_ endpoints: Sandbox.Endpoints, _ sandbox: SandboxConfiguration, certificate: String, key: String) throws {
        try self.init()
        settings.certificate = certificate
        settings.privateKey = key
        settings.azureDevOps = endpoints.azureDevOps
        settings.ecs = endpoints.ecs
        settings.token = sandbox.azureDevOps.token
        settings.accessKeyID = sandbox.ecs.accessKeyID
        settings.secretAccessKey = sandbox.ecs.secretAccessKey
        settings.aws = ", startsPerSecond: 1000, startBurst: 1000"
        settings.engineAndPools = """
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
            """
        try configure()
    }
}
