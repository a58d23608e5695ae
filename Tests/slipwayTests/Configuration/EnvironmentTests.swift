import SlipwayCore
import Testing

@testable import slipway

@Suite struct EnvironmentTests {
    private func load(_ environment: [String: String]) throws -> ConfigurationLoader.Loaded {
        try slipwayTests.load(try Fixture.base(), environment: environment)
    }

    @Test func `A variable wins over the file`() throws {
        let configuration = try load([
            "SLIPWAY_RECEIVER_PORT": "9443", "SLIPWAY_AWS_REGION": "us-east-1", "SLIPWAY_POOLS_0_SWEEPSECONDS": "5",
            "SLIPWAY_POOLS_0_PROFILES_0_PLACEMENTS_0_SUBNETS": "subnet-x, subnet-y",
            "SLIPWAY_POOLS_0_PROFILES_0_PLACEMENTS_0_ASSIGNPUBLICIP": "true",
            "SLIPWAY_AZUREDEVOPS_TOKEN": "env:AZP", "SLIPWAY_HOOKS_PASSWORDS": "env:A,env:B",
        ]).configuration
        #expect(configuration.receiver.port == 9_443)
        #expect(configuration.aws.region == "us-east-1")
        #expect(configuration.pools[0].sweepSeconds == 5)
        #expect(configuration.pools[0].profiles[0].placements[0].subnets == ["subnet-x", "subnet-y"])
        #expect(configuration.pools[0].profiles[0].placements[0].assignPublicIP)
        #expect(configuration.azureDevOps.signIn == .token(.environment("AZP")))
        #expect(configuration.hooks.passwords == [.environment("A"), .environment("B")])
    }

    @Test func `Variables alone make a whole configuration`() throws {
        let environment = [
            "SLIPWAY_RECEIVER_CERTIFICATE": "/c", "SLIPWAY_RECEIVER_PRIVATEKEY": "/k",
            "SLIPWAY_HOOKS_HEADER_NAME": "X-Slipway", "SLIPWAY_HOOKS_HEADER_VALUES": "file:/h",
            "SLIPWAY_AZUREDEVOPS_ORGANIZATION": "https://dev.azure.com/fabrikam/",
            "SLIPWAY_AZUREDEVOPS_ENTRA_TENANTID": "t", "SLIPWAY_AZUREDEVOPS_ENTRA_CLIENTID": "c",
            "SLIPWAY_AZUREDEVOPS_ENTRA_CLIENTSECRET": "file:/s", "SLIPWAY_AWS_REGION": "eu-west-1",
            "SLIPWAY_AWS_CLUSTER": "agents", "SLIPWAY_POOLS_0_NAME": "one",
            "SLIPWAY_POOLS_0_PROFILES_0_NAME": "small", "SLIPWAY_POOLS_0_PROFILES_0_TASKDEFINITION": "t",
            "SLIPWAY_POOLS_0_PROFILES_0_CONTAINER": "agent",
            "SLIPWAY_POOLS_0_PROFILES_0_PLACEMENTS_0_LAUNCHTYPE": "EC2",
            "SLIPWAY_POOLS_0_PROFILES_1_NAME": "large", "SLIPWAY_POOLS_0_PROFILES_1_DEMANDS": "size -equals large,gpu",
        ]
        let loaded = try slipwayTests.load("", environment: environment)
        #expect(loaded.configuration.azureDevOps.organization == "https://dev.azure.com/fabrikam")
        #expect(
            loaded.configuration.azureDevOps.signIn
                == .entra(tenantID: "t", clientID: "c", clientSecret: .file("/s")))
        #expect(loaded.configuration.hooks.header == .init(name: "X-Slipway", values: [.file("/h")]))
        #expect(loaded.configuration.pools[0].profiles[1].capabilities == ["size": "large", "gpu": "true"])
        #expect(loaded.configuration.pools[0].profiles[1].taskDefinition == "t")
        #expect(loaded.warnings.isEmpty)
    }

    @Test func `A wrong value names the variable`() throws {
        #expect(
            errorLines(try Fixture.base(), environment: ["SLIPWAY_RECEIVER_PORT": "x"]) == [
                "SLIPWAY_RECEIVER_PORT: receiver.port: found “x”, which is no whole number; write one from 0 to 65535"
            ])
    }

    @Test func `A variable that no key has is a warning with the nearest one`() throws {
        #expect(
            try load(["SLIPWAY_RECIEVER_PORT": "1", "SLIPWAY_POOLS_7_NAME": "gap", "OTHER": "x"]).warnings.map(
                \.description)
                == [
                    "SLIPWAY_POOLS_7_NAME: no key has this environment variable, so it is not used; the nearest known "
                        + "one is SLIPWAY_POOLS_0_NAME",
                    "SLIPWAY_RECIEVER_PORT: no key has this environment variable, so it is not used; the nearest known "
                        + "one is SLIPWAY_RECEIVER_PORT",
                ])
    }

    @Test func `An empty variable counts as unset`() throws {
        #expect(try load(["SLIPWAY_RECEIVER_PORT": ""]).configuration.receiver.port == 8_443)
    }

    @Test func `Every key has an environment variable of its own`() {
        let names = ConfigurationSchema.keys.map(\.environmentName)
        #expect(Set(names).count == names.count)
    }
}
