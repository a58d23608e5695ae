import SlipwayConsole
import SlipwayCore
import Testing

@testable import slipway

@Suite struct ConfigurationReadingTests {
    @Test func `The sketch of the design is read as it means`() throws {
        let loaded = try load(try Fixture.text("design-sketch.yaml"))
        let ladder = ["FARGATE_SPOT", "FARGATE"].map {
            Placement(capacity: .capacityProvider($0), subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-1"])
        }
        #expect(loaded.warnings.isEmpty)
        #expect(
            loaded.configuration
                == SlipwayConfiguration(
                    receiver: .init(
                        certificate: "/etc/slipway/tls.crt", privateKey: "/etc/slipway/tls.key",
                        publicURL: "https://slipway.example.com"),
                    hooks: .init(passwords: [.file("/run/secrets/hook-now"), .file("/run/secrets/hook-next")]),
                    azureDevOps: .init(
                        organization: "https://dev.azure.com/fabrikam", signIn: .token(.file("/run/secrets/azp-token"))),
                    aws: .init(region: "eu-west-1", cluster: "build-agents"),
                    pools: [
                        .init(
                            name: "ecs-linux",
                            profiles: [
                                Profile(
                                    name: "small", taskDefinition: "azp-agent", container: "agent", placements: ladder),
                                Profile(
                                    name: "large", capabilities: ["slipway.size": "large"], taskDefinition: "azp-agent",
                                    container: "agent", cpu: 4_096, memory: 8_192, placements: ladder),
                            ])
                    ]))
    }

    @Test func `Agents are preregistered where claims are configured, unless their profile says otherwise`() throws {
        let base = try Fixture.base(
            replacing: "aws:", with: "claims: { secrets: [\"file:/run/secrets/claims\"] }\naws:"
        ).replacing("receiver:", with: "receiver:\n  publicURL: https://slipway.example.com/hooks/azure-devops")
        let usual = try load(base).configuration
        #expect(usual.pools[0].profiles.map(\.registration) == [.byClaim])
        #expect(usual.claims.secrets == [.file("/run/secrets/claims")])
        #expect(usual.receiver.origin == "https://slipway.example.com")
        #expect(usual.receiver.hookURL == "https://slipway.example.com/hooks/azure-devops")
        let own = base.replacing(
            "        container: agent", with: "        container: agent\n        registration: self")
        #expect(try load(own).configuration.pools[0].profiles.map(\.registration) == [.byContainer])
        #expect(try load(try Fixture.text("design-sketch.yaml")).configuration.claims.secrets.isEmpty)
    }

    @Test func `The console's tokens have names and scopes, and are enough for an address of the network`() throws {
        let text = try Fixture.base(
            replacing: "aws:",
            with: """
                console:
                  host: 0.0.0.0
                  tokens:
                    - { name: grafana, scope: read, token: "file:/run/secrets/grafana" }
                    - { name: ops.night, scope: operate, token: "env:OPS" }
                aws:
                """)
        #expect(
            try load(text).configuration.console.tokens == [
                .init(name: "grafana", scope: .read, token: .file("/run/secrets/grafana")),
                .init(name: "ops.night", scope: .operate, token: .environment("OPS")),
            ])
    }

    @Test func `A profile takes each key that it lacks from the first one of its pool`() throws {
        let text = try Fixture.base(
            replacing: "        container: agent\n",
            with: """
                        container: agent
                        demands: [first]
                        cpu: 1024
                        memory: 4096
                        maximumAgents: 7
                        deadlines: { idleSeconds: 11, leaveSeconds: 12 }

                """
        ).replacing(
            "            subnets: [subnet-a]\n",
            with: """
                            subnets: [subnet-a]
                      - name: second
                        memory: 8192
                        deadlines: { idleSeconds: 13 }
                      - name: third
                        demands: [third]
                        placements: [{ launchType: EC2 }]

                """)
        let profiles = try load(text).configuration.pools[0].profiles
        #expect(profiles[1].capabilities.isEmpty)
        #expect(profiles[1].cpu == 1_024)
        #expect(profiles[1].memory == 8_192)
        #expect(profiles[1].maximumAgents == 7)
        #expect(profiles[1].deadlines == Deadlines(idleSeconds: 13, leaveSeconds: 12))
        #expect(profiles[1].placements == profiles[0].placements)
        #expect(profiles[2].capabilities == ["third": "true"])
        #expect(profiles[2].placements == [Placement(capacity: .launchType("EC2"))])
        #expect(profiles[2].memory == 4_096)
    }

    @Test func `An inherited size that doesn't fit is reported where it stands`() throws {
        let text = try Fixture.base(
            replacing: "        container: agent\n", with: "        container: agent\n        memory: 2048\n"
        )
        .replacing(
            "            subnets: [subnet-a]\n",
            with: "            subnets: [subnet-a]\n      - { name: big, cpu: 4096 }\n")
        #expect(
            errorLines(text) == [
                "slipway.yaml:18: pools[0].profiles[1].memory: Fargate has no pair of cpu 4096 and memory 2048; write "
                    + "memory 8192, or cpu 1024"
            ])
    }

    @Test func `Warm agents are a profile's own, with the days and times of their windows`() throws {
        let text = try Fixture.base(
            replacing: "        container: agent\n",
            with: """
                        container: agent
                        warm:
                          - { agents: 3, days: [mon-thu, sat], from: "07:00", to: 18:30, timeZone: Europe/Berlin }
                          - { agents: 1 }
                          - { agents: 2, days: fri-mon, from: 22:00, to: "06:00" }

                """
        ).replacing(
            "            subnets: [subnet-a]\n",
            with: "            subnets: [subnet-a]\n      - { name: large, demands: [x] }\n")
        let profiles = try load(text).configuration.pools[0].profiles
        let expected = [
            WarmWindow(
                agents: 3, days: [.monday, .tuesday, .wednesday, .thursday, .saturday], from: 420, to: 1_110,
                timeZone: "Europe/Berlin"),
            WarmWindow(agents: 1),
            WarmWindow(agents: 2, days: [.friday, .saturday, .sunday, .monday], from: 1_320, to: 360),
        ]
        #expect(profiles[0].warm == expected.compactMap { $0 })
        #expect(profiles[1].warm.isEmpty, "they cost, so none is inherited")
        let byEnvironment = try load(
            try Fixture.base(), environment: ["SLIPWAY_POOLS_0_PROFILES_0_WARM_0_AGENTS": "4"])
        #expect(byEnvironment.configuration.pools[0].profiles[0].warm.map(\.agents) == [4])
    }

    @Test(arguments: [
        (
            "{ agents: 1, days: [monday] }",
            "days: element 0: found “monday”; write mon, tue, wed, thu, fri, sat or sun, or a span such as mon-fri"
        ),
        (
            "{ agents: 1, days: [mon--fri] }",
            "days: element 0: found “mon--fri”; write mon, tue, wed, thu, fri, sat or sun, or a span such as mon-fri"
        ),
        ("{ agents: 1, from: 7 }", "from: found “7”; write hours and minutes, as in 07:30"),
        ("{ agents: 1, from: '24:01' }", "from: found “24:01”; write hours and minutes, as in 07:30"),
        ("{ agents: 1, from: '07:60' }", "from: found “07:60”; write hours and minutes, as in 07:30"),
        (
            "{ agents: 1, timeZone: Mars/Olympus }",
            "timeZone: found “Mars/Olympus”; write a name of the IANA's list, as in Europe/Berlin or UTC"
        ),
        (
            "{ agents: 1, timeZone: ../../etc/passwd }",
            "timeZone: found “../../etc/passwd”; write a name of the IANA's list, as in Europe/Berlin or UTC"
        ),
        (
            "{ agents: 1, from: '08:00', to: '08:00' }",
            "to: the window ends when it begins; for the whole day, remove from and to"
        ),
        ("{ agents: 1, from: '24:00', to: '08:00' }", "from: a window that begins at 24:00; write 00:00"),
        ("{ agents: 1, from: '08:00', to: '00:00' }", "to: a window that ends at 00:00; write 24:00"),
        (
            "{ agents: 51 }",
            "agents: more agents than the 50 that may be open at once; write fewer, or raise maximumAgents of the profile or the pool"
        ),
        ("{ agents: 0 }", "agents: found “0”; write a whole number from 1 to 1000"),
    ])
    func `A window that can't be meant is refused`(window: String, complaint: String) throws {
        let text = try Fixture.base(
            replacing: "        container: agent\n", with: "        container: agent\n        warm: [\(window)]\n")
        #expect(errorLines(text) == ["slipway.yaml:18: pools[0].profiles[0].warm[0].\(complaint)"])
    }

    @Test func `Placeholders are managed unless it is said otherwise`() throws {
        #expect(try load(try Fixture.base()).configuration.pools[0].placeholders == .manage)
        let leaving = try load(try Fixture.base(), environment: ["SLIPWAY_POOLS_0_PLACEHOLDERS": "leave"])
        #expect(leaving.configuration.pools[0].placeholders == .leave)
    }

    @Test func `Every key has the default that its help says`() throws {
        for key in ConfigurationSchema.keys {
            guard case .defaulted(let text) = key.presence else { continue }
            #expect(throws: Never.self, "\(key.pattern)") { _ = try key.type.read(text) }
        }
        #expect(try load(try Fixture.base()).configuration.pools[0].profiles[0].deadlines == Deadlines())
        let profile = Profile(name: "small", taskDefinition: "t", container: "c", placements: [])
        let read = try load(try Fixture.base()).configuration.pools[0].profiles[0]
        #expect(read.maximumAgents == profile.maximumAgents)
        #expect(read.maximumReplacements == profile.maximumReplacements)
    }

    @Test func `A secret in the file is accepted with a warning that doesn't show it`() throws {
        let text = try Fixture.base(replacing: "\"file:/run/secrets/azp-token\"", with: "hunter2")
        let loaded = try load(text)
        #expect(loaded.configuration.azureDevOps.signIn == .token(.inline(SecretText("hunter2"))))
        #expect(
            loaded.warnings.map(\.description) == [
                "slipway.yaml:8: azureDevOps.token: a secret stands in the file; move it out and write file:/path, "
                    + "env:NAME or aws-secretsmanager:name"
            ])
        #expect(!"\(loaded)".contains("hunter2"))
    }

    @Test func `A profile that can never be chosen is warned of`() throws {
        let text = try Fixture.base(
            replacing: "            subnets: [subnet-a]\n",
            with: "            subnets: [subnet-a]\n      - name: twin\n")
        #expect(
            try load(text).warnings.map(\.description) == [
                "slipway.yaml:21: pools[0].profiles[1].demands: profile small satisfies the same demands and comes first, "
                    + "so twin gets no job; give twin a demand of its own"
            ])
    }
}
