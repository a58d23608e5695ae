import AWSClient
import Foundation
import SlipwayCore
import Testing

@testable import slipway

@Suite struct InitTemplateTests {
    private func given(_ change: (inout InitGiven) -> Void = { _ in }) -> InitGiven {
        var given = InitGiven(path: "/etc/slipway/slipway.yaml")
        given.organization = "https://dev.azure.com/fabrikam"
        given.publicURL = "https://slipway.example.com"
        given.pool = "ecs-linux"
        given.region = "eu-west-1"
        given.cluster = "build-agents"
        given.taskDefinition = "azp-agent"
        given.subnets = ["subnet-a", "subnet-b"]
        change(&given)
        return given
    }

    private func text(_ given: InitGiven, _ facts: InitFacts = InitFacts()) -> String {
        InitTemplate(answers: InitAnswers(given, facts)).text
    }

    @Test func `With everything known nothing is to be filled in, and it is what was said`() throws {
        let text = text(
            given {
                $0.securityGroups = ["sg-1"]
                $0.assignsPublicIP = true
            })
        #expect(text.components(separatedBy: "TO FILL IN").count == 2)
        let loaded = try load(text)
        #expect(loaded.warnings.isEmpty)
        let configuration = loaded.configuration
        #expect(configuration.receiver.publicURL == "https://slipway.example.com")
        #expect(configuration.hooks.passwords == [.file("/etc/slipway/hook-password")])
        #expect(configuration.claims.secrets == [.file("/etc/slipway/claim-secret")])
        #expect(configuration.azureDevOps.signIn == .token(.file("/etc/slipway/azp-token")))
        #expect(configuration.aws.region == "eu-west-1" && configuration.aws.cluster == "build-agents")
        let pool = try #require(configuration.pools.first)
        #expect(pool.name == "ecs-linux" && pool.profiles.count == 1)
        let profile = try #require(pool.profiles.first)
        #expect(profile.taskDefinition == "azp-agent" && profile.container == "agent")
        #expect(profile.registration == .byClaim)
        #expect(
            profile.placements == [
                Placement(
                    capacity: .launchType("FARGATE"), subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-1"],
                    assignPublicIP: true)
            ])
    }

    @Test func `With nothing known it loads all the same`() throws {
        let text = text(InitGiven(path: "/tmp/slipway.yaml"))
        #expect(try load(text).warnings.isEmpty)
        let marked = text.split(separator: "\n").filter { $0.contains("#") && $0.hasSuffix("TO FILL IN") }
        #expect(marked.count == 7)
    }

    @Test func `Each key has a line of comment before it, and no line is without need`() throws {
        for text in [text(given()), text(InitGiven(path: "/x.yaml"))] {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            for (before, line) in zip(lines, lines.dropFirst()) {
                let body = line.drop { $0 == " " }
                guard !body.isEmpty, !body.hasPrefix("#") else { continue }
                // A group needs none, nor a list's or listener's second key: `host` and `port` are told of together.
                let isGroup = body.hasSuffix(":")
                let isSecondOfPair = body.hasPrefix("port:")
                let isRung = body.hasPrefix("- ")
                #expect(
                    isGroup || isSecondOfPair || isRung || before.drop { $0 == " " }.hasPrefix("#"),
                    "no comment before: \(line)")
            }
        }
    }

    @Test func `Where a token registers agents the claims are a comment that can be taken in`() throws {
        var facts = InitFacts()
        facts.definition = try TaskDefinition.fixture(replacing: "agent:7", with: "agent:7")
        let template = InitTemplate(answers: InitAnswers(given(), facts))
        #expect(!template.usesClaims)
        #expect(try load(template.text).configuration.claims.secrets.isEmpty)
        let taken = template.text.replacing("# claims:", with: "claims:").replacing("#   ", with: "  ")
        #expect(try load(taken).configuration.claims.secrets == [.file("/etc/slipway/claim-secret")])
    }

    @Test(arguments: [
        "pool: with # and \"quotes\"", "back\\slash", "true", "*", "&a", " padded ", "möwe 🐦", "- list", "{", "07",
    ])
    func `Any text comes back as it went in`(_ name: String) throws {
        let configuration = try load(
            text(
                given {
                    $0.pool = name
                    $0.storePath = "/var/lib/" + name
                })
        ).configuration
        #expect(configuration.pools.first?.name == name)
        #expect(configuration.store.path == "/var/lib/" + name)
    }

    /// Such text is no value of any key; it must not become several lines, either.
    @Test(arguments: ["line\nbreak: x", "\u{202E}turned", "\u{0}", "\u{85}x: y"])
    func `What could hide or break a line is refused by the key's own rule`(_ name: String) {
        let lines = errorLines(text(given { $0.storePath = "/var/lib/" + name }))
        #expect(lines.count == 1)
        #expect(lines.first?.contains("store.path: the text holds control or invisible characters") == true)
    }

    @Test func `A path from outside stays in its comment`() throws {
        let text = text(given { $0.path = "/tmp/a\npools: []\n/slipway.yaml" })
        #expect(!text.contains("\npools: []\n"))
    }
}
