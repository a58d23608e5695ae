import Testing

@testable import slipway

@Suite struct ConfigurationErrorTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var situation: String
        /// A line of base.yaml and what stands there instead.
        var old: String
        var new: String
        /// The whole line that is printed.
        var line: String
        var testDescription: String { situation }
    }

    @Test(arguments: mistakes)
    func `A mistake is reported in one line that names the key and the mend`(_ mistake: Mistake) throws {
        let lines = errorLines(try Fixture.base(replacing: mistake.old, with: mistake.new))
        #expect(lines == [mistake.line])
    }

    static let mistakes: [Mistake] = [
        Mistake(
            situation: "an unknown key near a known one", old: "  privateKey:", new: "  privatKey: x\n  privateKey:",
            line: "slipway.yaml:3: receiver.privatKey: unknown key; the nearest known key is receiver.privateKey"),
        Mistake(
            situation: "an unknown key that is known elsewhere", old: "aws:", new: "sweepSeconds: 3\naws:",
            line: "slipway.yaml:9: sweepSeconds: unknown key; it belongs to pools[].sweepSeconds"),
        Mistake(
            situation: "an unknown key like nothing", old: "aws:", new: "quux.corge.grault: 3\naws:",
            line:
                "slipway.yaml:9: quux.corge.grault: unknown key; known here are receiver, claims, serverTasks, console, store, hooks, "
                + "azureDevOps, aws, engine, costs, log, pools"),
        Mistake(
            situation: "a number that is none", old: "receiver:", new: "receiver:\n  port: eighty",
            line: "slipway.yaml:2: receiver.port: found “eighty”, which is no whole number; write one from 0 to 65535"),
        Mistake(
            situation: "a number out of range", old: "receiver:", new: "receiver:\n  port: 65536",
            line: "slipway.yaml:2: receiver.port: found “65536”; write a whole number from 0 to 65535"),
        Mistake(
            situation: "a number with a fraction", old: "receiver:", new: "receiver:\n  port: 84.43",
            line: "slipway.yaml:2: receiver.port: found “84.43”, which is no whole number; write one from 0 to 65535"),
        Mistake(
            situation: "a list for a value", old: "receiver:", new: "receiver:\n  port: [1, 2]",
            line: "slipway.yaml:2: receiver.port: found a list; write one value"),
        Mistake(
            situation: "a group for a value", old: "receiver:", new: "receiver:\n  port: { a: 1 }",
            line: "slipway.yaml:2: receiver.port: found a group of keys; write one value: whole number, 0 to 65535"),
        Mistake(
            situation: "a value for a group", old: "aws:", new: "log: debug\naws:",
            line: "slipway.yaml:9: log: found a text; write its keys, indented, on the lines below"),
        Mistake(
            situation: "a value for a list of groups",
            old: "        placements:\n          - capacityProvider: FARGATE_SPOT\n            subnets: [subnet-a]",
            new: "        placements: FARGATE",
            line:
                "slipway.yaml:18: pools[0].profiles[0].placements: found a text; write a list: each element begins "
                + "with a dash"),
        Mistake(
            situation: "an element that is no group",
            old: "          - capacityProvider: FARGATE_SPOT\n            subnets: [subnet-a]",
            new: "          - FARGATE",
            line:
                "slipway.yaml:19: pools[0].profiles[0].placements[0]: found a text; write a group of keys after the dash"
        ),
        Mistake(
            situation: "a key without a value", old: "  region: eu-west-1", new: "  region:",
            line: "slipway.yaml:10: aws.region: it has no value; give one, or remove the key"),
        Mistake(
            situation: "a required key that is missing", old: "  region: eu-west-1\n", new: "",
            line: "slipway.yaml: aws.region: it is missing; add it, or set SLIPWAY_AWS_REGION"),
        Mistake(
            situation: "a choice that is near a known one", old: "aws:", new: "log: { level: warn }\naws:",
            line: "slipway.yaml:9: log.level: found “warn”; write warning"),
        Mistake(
            situation: "a flag that is none", old: "            subnets: [subnet-a]",
            new: "            subnets: [subnet-a]\n            assignPublicIP: yes",
            line: "slipway.yaml:21: pools[0].profiles[0].placements[0].assignPublicIP: found “yes”; write true or false"
        ),
        Mistake(
            situation: "an empty list of values", old: "            subnets: [subnet-a]",
            new: "            subnets: []",
            line:
                "slipway.yaml:20: pools[0].profiles[0].placements[0].subnets: the list is empty; give 1 to 16 elements, "
                + "or remove the key"),
        Mistake(
            situation: "an element that is a list", old: "            subnets: [subnet-a]",
            new: "            subnets: [[subnet-a]]",
            line: "slipway.yaml:20: pools[0].profiles[0].placements[0].subnets: an element is no text; write a list of "
                + "1 to 16 texts"),
        Mistake(
            situation: "a URL over plain HTTP", old: "https://dev.azure.com", new: "http://dev.azure.com",
            line: "slipway.yaml:7: azureDevOps.organization: found “http://dev.azure.com/fabrikam”; write https:// "
                + "(http:// would show secrets to the network)"),
        Mistake(
            situation: "a URL with a password", old: "https://dev.azure.com", new: "https://me:hunter2@dev.azure.com",
            line:
                "slipway.yaml:7: azureDevOps.organization: the URL holds a user or a password; remove it, and give it "
                + "as a secret"),
        Mistake(
            situation: "a misspelt kind of secret reference", old: "\"file:/run/secrets/azp-token\"",
            new: "\"flie:/run/secrets/azp-token\"",
            line: "slipway.yaml:8: azureDevOps.token: “flie:” names no kind of reference; write file:…"),
        Mistake(
            situation: "a secret reference without a name", old: "\"file:/run/secrets/azp-token\"", new: "\"env:\"",
            line: "slipway.yaml:8: azureDevOps.token: the reference names no environment variable; write env:NAME"),
        Mistake(
            situation: "no way to sign in", old: "  token: \"file:/run/secrets/azp-token\"\n", new: "",
            line: "slipway.yaml: azureDevOps: neither token nor entra; set azureDevOps.token to file:/path or env:NAME"),
        Mistake(
            situation: "two ways to sign in", old: "  token:",
            new: "  entra: { tenantID: t, clientID: c, clientSecret: \"env:S\" }\n  token:",
            line: "slipway.yaml:9: azureDevOps.token: both token and entra are there; remove one of them"),
        Mistake(
            situation: "no proof that a delivery is genuine", old: "  passwords: [\"file:/run/secrets/hook-now\"]",
            new: "  username: hook",
            line: "slipway.yaml: hooks: neither passwords nor a header; set hooks.passwords to the password of the "
                + "service hook subscriptions"),
        Mistake(
            situation: "a URL of no queue", old: "  region: eu-west-1",
            new: "  region: eu-west-1\n  eventQueueURL: https://sqs.eu-west-1.amazonaws.com/events",
            line:
                "slipway.yaml:11: aws.eventQueueURL: it ends in no account and queue; write the URL that this prints: "
                + "aws sqs get-queue-url --queue-name NAME"),
        Mistake(
            situation: "a queue in another region", old: "  region: eu-west-1",
            new: "  region: eu-west-1\n  eventQueueURL: https://sqs.us-east-1.amazonaws.com/111122223333/events",
            line: "slipway.yaml:11: aws.eventQueueURL: the queue is in us-east-1, the cluster in eu-west-1; make the "
                + "queue and its rule in eu-west-1"),
        Mistake(
            situation: "a console open to the network", old: "aws:", new: "console: { host: 0.0.0.0 }\naws:",
            line: "slipway.yaml:9: console.host: the console listens on 0.0.0.0 without a token; set console.token, or "
                + "console.host to 127.0.0.1"),
        Mistake(
            situation: "two tokens of one name", old: "aws:",
            new: "console:\n  tokens:\n    - { name: a, scope: read, token: \"file:/x\" }\n"
                + "    - { name: a, scope: operate, token: \"file:/y\" }\naws:",
            line:
                "slipway.yaml:12: console.tokens[1].name: the name a means another already; give each token a name of "
                + "its own, neither token nor loopback"),
        Mistake(
            situation: "a scope that there isn't", old: "aws:",
            new: "console:\n  tokens:\n    - { name: a, scope: write, token: \"file:/x\" }\naws:",
            line: "slipway.yaml:11: console.tokens[0].scope: found “write”; write one of read, operate"),
        Mistake(
            situation: "an empty list of tokens", old: "aws:", new: "console:\n  tokens: []\naws:",
            line: "slipway.yaml:10: console.tokens: the list is empty; give 1 to 20 elements"),
        Mistake(
            situation: "a placement with launch type and capacity provider",
            old: "          - capacityProvider: FARGATE_SPOT",
            new: "          - capacityProvider: FARGATE_SPOT\n            launchType: FARGATE",
            line:
                "slipway.yaml:20: pools[0].profiles[0].placements[0].launchType: both capacityProvider and launchType "
                + "are there; remove one of them"),
        Mistake(
            situation: "a placement with neither",
            old: "          - capacityProvider: FARGATE_SPOT\n            subnets",
            new: "          - subnets",
            line: "slipway.yaml: pools[0].profiles[0].placements[0]: neither capacityProvider nor launchType; write "
                + "capacityProvider: FARGATE_SPOT, or launchType: FARGATE"),
        Mistake(
            situation: "Fargate without subnets", old: "\n            subnets: [subnet-a]", new: "",
            line: "slipway.yaml: pools[0].profiles[0].placements[0].subnets: Fargate needs subnets; name one at least, "
                + "best one in each zone"),
        Mistake(
            situation: "a launch type that needs a capacity provider", old: "capacityProvider: FARGATE_SPOT",
            new: "launchType: MANAGED_INSTANCES",
            line:
                "slipway.yaml:19: pools[0].profiles[0].placements[0].launchType: found “MANAGED_INSTANCES”; write one "
                + "of FARGATE, EC2, EXTERNAL"),
        Mistake(
            situation: "a public address for launch type EC2", old: "capacityProvider: FARGATE_SPOT",
            new: "launchType: EC2\n            assignPublicIP: true",
            line:
                "slipway.yaml:20: pools[0].profiles[0].placements[0].assignPublicIP: agent tasks of launch type EC2 can "
                + "have no public address of their own; remove the key; the subnets need a NAT gateway"),
        Mistake(
            situation: "a pair that Fargate doesn't have", old: "        container: agent",
            new: "        container: agent\n        cpu: 1024\n        memory: 9000",
            line:
                "slipway.yaml:19: pools[0].profiles[0].memory: Fargate has no pair of cpu 1024 and memory 9000; write "
                + "memory 8192"),
        Mistake(
            situation: "a memory that needs more CPU", old: "        container: agent",
            new: "        container: agent\n        cpu: 1024\n        memory: 16384",
            line:
                "slipway.yaml:19: pools[0].profiles[0].memory: Fargate has no pair of cpu 1024 and memory 16384; write "
                + "memory 8192, or cpu 2048"),
        Mistake(
            situation: "a CPU that Fargate doesn't have", old: "        container: agent",
            new: "        container: agent\n        cpu: 3000\n        memory: 8192",
            line: "slipway.yaml:18: pools[0].profiles[0].cpu: Fargate has no cpu 3000; write 2048 or 4096"),
        Mistake(
            situation: "two profiles of one name", old: "      - name: small",
            new: "      - name: small\n        taskDefinition: a\n        container: b\n        placements: "
                + "[{ capacityProvider: FARGATE, subnets: [s] }]\n      - name: small",
            line: "slipway.yaml:19: pools[0].profiles[1].name: there is another profile “small”; give each profile its "
                + "own name"),
        Mistake(
            situation: "a demand that only a version comparison could meet", old: "        container: agent",
            new: "        container: agent\n        demands: [\"node -gtVersion 20\"]",
            line: "slipway.yaml:18: pools[0].profiles[0].demands: element 0: found “node -gtVersion 20”; write node "
                + "-equals VERSION, with the image's own version"),
        Mistake(
            situation: "a demand with another operator", old: "        container: agent",
            new: "        container: agent\n        demands: [ok, \"size -like large\"]",
            line: "slipway.yaml:18: pools[0].profiles[0].demands: element 1: found “size -like large”; write name or "
                + "name -equals value"),
        Mistake(
            situation: "a demand that would replace the agent's token", old: "        container: agent",
            new: "        container: agent\n        demands: [\"AZP_TOKEN -equals abc\"]",
            line: "slipway.yaml:18: pools[0].profiles[0].demands: element 0: found “AZP_TOKEN -equals abc”; remove it: "
                + "the agent itself or its image uses names that begin so"),
        Mistake(
            situation: "a demand that would make agents look like placeholders", old: "        container: agent",
            new: "        container: agent\n        demands: [slipway.placeholder]",
            line: "slipway.yaml:18: pools[0].profiles[0].demands: element 0: found “slipway.placeholder”; remove it: "
                + "Slipway's placeholders are known by this name"),
        Mistake(
            situation: "preregistered agents without claims", old: "        container: agent",
            new: "        container: agent\n        registration: preregistered",
            line:
                "slipway.yaml:18: pools[0].profiles[0].registration: preregistered, but there are no claims.secrets; set claims.secrets and receiver.publicURL, or registration: self"
        ),
        Mistake(
            situation: "claims that no container can find", old: "aws:",
            new: "claims: { secrets: [\"file:/run/secrets/claims\"] }\naws:",
            line: "slipway.yaml:9: claims.secrets: without receiver.publicURL no container knows where to claim; set "
                + "receiver.publicURL, or remove claims"),
        Mistake(
            situation: "escape sequences in a key", old: "aws:", new: "\"\\e[31mred\\n\": 1\naws:",
            line:
                "slipway.yaml:9: (a key of 9 characters): unknown key; known here are receiver, claims, serverTasks, console, store, hooks, "
                + "azureDevOps, aws, engine, costs, log, pools"),
        Mistake(
            situation: "a key that stands twice", old: "  cluster: build-agents",
            new: "  cluster: build-agents\n  cluster: others",
            line: "slipway.yaml:11: cluster: the key stands twice in one group; keep one of them"),
        Mistake(
            situation: "broken YAML", old: "aws:", new: "aws: [",
            line: "slipway.yaml:11: no valid YAML: did not find expected ',' or ']'; check the indentation, colons and "
                + "quotes there"),
    ]

    @Test func `All mistakes of a file are reported, in its order`() throws {
        let text = try Fixture.base(replacing: "aws:\n  region: eu-west-1\n", with: "log: { level: 7 }\naws:\n")
            .replacing("receiver:", with: "receiver:\n  port: -1\n  hots: x")
        #expect(
            errorLines(text) == [
                "slipway.yaml:3: receiver.hots: unknown key; the nearest known key is receiver.host",
                "slipway.yaml:2: receiver.port: found “-1”; write a whole number from 0 to 65535",
                "slipway.yaml: aws.region: it is missing; add it, or set SLIPWAY_AWS_REGION",
                "slipway.yaml:11: log.level: found “7”; write one of trace, debug, info, notice, warning, error, critical",
            ])
    }

    @Test func `An empty file is told every key that it lacks`() {
        let lines = errorLines("")
        #expect(
            lines.contains(
                "slipway.yaml: receiver.certificate: it is missing; add it, or set SLIPWAY_RECEIVER_CERTIFICATE"))
        #expect(lines.contains("slipway.yaml: pools: the list is missing; give 1 to 50 elements"))
        #expect(lines.count == 6)
    }

    @Test func `A secret never stands in an error`() throws {
        let text = try Fixture.base(
            replacing: "[\"file:/run/secrets/hook-now\"]", with: "[hunter2, hunter3, hunter4, hunter5, hunter6]")
        let lines = errorLines(text)
        #expect(lines == ["slipway.yaml:5: hooks.passwords: the list has 5 elements; give 1 to 2"])
    }

    @Test func `A broken file with a secret in it is not quoted`() throws {
        let text = try Fixture.base(replacing: "token: \"file:/run/secrets/azp-token\"", with: "token: \"hunter2")
        #expect(errorLines(text).count == 1)
        #expect(!errorLines(text).joined().contains("hunter2"))
    }

    @Test(arguments: [
        "hunter2-hunter2-hunter2-hunter2-hunter2\n", "AZP_TOKEN=hunter2: x\n", "- hunter2\n", "hunter2 and more: x\n",
        "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n", "export TOKEN=hunter2\nexport B=hunter2\n",
        "\"hunter2\\n\": 1\n\"hunter2\\n\": 2\n", "receiver: hunter2\n", "[default]\naws_secret_access_key = hunter2\n",
    ])
    func `Of a file that is no configuration nothing is quoted`(_ text: String) {
        #expect(!errorLines(text).isEmpty)
        #expect(!errorLines(text).joined().contains("hunter2"))
    }

    @Test func `A file that is not there says so`() {
        #expect {
            _ = try ConfigurationLoader(environment: [:]).load(path: "/nonexistent/slipway.yaml")
        } throws: { error in
            "\(error)"
                == "/nonexistent/slipway.yaml: there is no such file; check the path, and that it is mounted here"
        }
    }
}
