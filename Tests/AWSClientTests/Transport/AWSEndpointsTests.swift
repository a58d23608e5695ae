@testable import AWSClient
import Foundation
import Testing

@Suite struct AWSEndpointsTests {
    @Test(arguments: [
        ("eu-west-1", "aws", "ecs.eu-west-1.amazonaws.com"), ("mx-central-1", "aws", "ecs.mx-central-1.amazonaws.com"),
        ("cn-north-1", "aws-cn", "ecs.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "ecs.us-gov-west-1.amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "ecs.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "aws-iso", "ecs.us-iso-east-1.c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "ecs.us-isob-east-1.sc2s.sgov.gov"),
        ("eu-isoe-west-1", "aws-iso-e", "ecs.eu-isoe-west-1.cloud.adc-e.uk"),
        ("us-isof-south-1", "aws-iso-f", "ecs.us-isof-south-1.csp.hci.ic.gov"),
        ("xx-new-1", "aws", "ecs.xx-new-1.amazonaws.com"),
    ])
    func eachPartitionHasItsOwnDomain(name: String, partition: String, host: String) throws {
        let region = try AWSRegion(name)
        #expect(region.partition.name == partition)
        #expect(AWSEndpoints().endpoint(for: .ecs, in: region).description == "https://\(host)/")
    }

    @Test func fipsAndDualStackNamesFollowTheExceptions() throws {
        var endpoints = AWSEndpoints()
        endpoints.usesFIPS = true
        #expect(
            endpoints.endpoint(for: .ecs, in: try AWSRegion("us-east-1")).authority
                == "ecs-fips.us-east-1.amazonaws.com")
        #expect(
            endpoints.endpoint(for: .sts, in: try AWSRegion("us-gov-west-1")).authority
                == "sts.us-gov-west-1.amazonaws.com")
        #expect(
            endpoints.endpoint(for: .sqs, in: try AWSRegion("us-gov-west-1")).authority
                == "sqs.us-gov-west-1.amazonaws.com")
        endpoints.usesDualStack = true
        #expect(endpoints.endpoint(for: .ecs, in: try AWSRegion("us-east-1")).authority == "ecs-fips.us-east-1.api.aws")
        endpoints.usesFIPS = false
        #expect(endpoints.endpoint(for: .ecs, in: try AWSRegion("eu-west-1")).authority == "ecs.eu-west-1.api.aws")
        #expect(
            endpoints.endpoint(for: .secretsManager, in: try AWSRegion("eu-west-1")).authority
                == "secretsmanager.eu-west-1.amazonaws.com"
        )
    }

    @Test(arguments: [
        "", "EU-west-1", "eu west", "eu-west-1.evil.example", "eu/..", "-eu", "eu-", String(repeating: "a", count: 33),
    ])
    func whatCouldLeaveTheHostNameIsNoRegion(name: String) {
        #expect(throws: AWSError.invalidConfiguration("")) { try AWSRegion(name) }
    }

    @Test(arguments: [
        ("http://127.0.0.1:5000", "127.0.0.1:5000", "http://127.0.0.1:5000/"),
        ("HTTPS://ecs.example:443/", "ecs.example", "https://ecs.example/"),
        ("http://h:80/base/", "h", "http://h/base"), ("http://[::1]:4566", "[::1]:4566", "http://[::1]:4566/"),
    ])
    func theHostHeaderHasThePortOnlyWhenItIsNotTheSchemes(text: String, authority: String, url: String) throws {
        let endpoint = try AWSEndpoint(text)
        #expect(endpoint.authority == authority)
        #expect(endpoint.description == url)
    }

    @Test(arguments: [
        "", "127.0.0.1:5000", "ftp://h", "http://", "http://u:p@h", "http://h?x=1", "http://h#f", "http://h:0",
        "http://h:70000",
        "file:///etc/passwd",
    ])
    func whatIsNoOriginIsRefusedByTheSettingsName(text: String) async {
        let error = await caught(AWSError.self) { _ = try AWSEndpoint(text, setting: "AWS_ENDPOINT_URL_ECS") }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("AWS_ENDPOINT_URL_ECS") == true)
    }

    /// Two services; each row removes the strongest setting of the row above.
    @Test func overridesCountInAWSsOrder() throws {
        let profiles = ProfileSet(
            credentials: ProfileFile(),
            config: ProfileFile(
                """
                [default]
                services = local
                endpoint_url = http://profile
                [services local]
                ecs =
                  endpoint_url = http://section-ecs
                """
            )
        )
        func hosts(_ variables: [String: String], _ profiles: ProfileSet) throws -> [String] {
            let endpoints = try AWSEndpoints(variables: variables, profiles: profiles, profileName: "default")
            let region = try AWSRegion("eu-west-1")
            return [AWSService.ecs, .sts].map { endpoints.endpoint(for: $0, in: region).authority }
        }
        let both = ["AWS_ENDPOINT_URL_ECS": "http://variable-ecs", "AWS_ENDPOINT_URL": "http://variable"]
        #expect(try hosts(both, profiles) == ["variable-ecs", "variable"])
        #expect(try hosts(["AWS_ENDPOINT_URL": "http://variable"], profiles) == ["variable", "variable"])
        #expect(try hosts([:], profiles) == ["section-ecs", "profile"])
        #expect(try hosts([:], ProfileSet()) == ["ecs.eu-west-1.amazonaws.com", "sts.eu-west-1.amazonaws.com"])
        let ignoring = both.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }
        #expect(try hosts(ignoring, profiles) == ["ecs.eu-west-1.amazonaws.com", "sts.eu-west-1.amazonaws.com"])
    }

    @Test func eachServiceHasItsVariable() throws {
        let names = ["ECS": AWSService.ecs, "SQS": .sqs, "STS": .sts, "SECRETS_MANAGER": .secretsManager]
        let variables = Dictionary(
            uniqueKeysWithValues: names.keys.map { ("AWS_ENDPOINT_URL_\($0)", "http://own-\($0)") })
        let endpoints = try AWSEndpoints(variables: variables, profiles: ProfileSet(), profileName: "default")
        for (name, service) in names {
            let authority = endpoints.endpoint(for: service, in: try AWSRegion("eu-west-1")).authority
            #expect(authority.lowercased() == "own-\(name)".lowercased())
        }
    }
}
