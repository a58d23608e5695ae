import AWSClient
import Foundation
import OpenSSLNIO
import SlipwayCore
import Synchronization
import Testing

@testable import slipway

@Suite(.timeLimit(.minutes(1))) struct DoctorCheckTests {
    private func report(
        _ configuration: String? = nil, tries: Bool = false,
        _ change: (inout DoctorServices) throws -> Void = { _ in }
    ) async throws -> DoctorReport {
        var services = try DoctorServices.fake()
        try change(&services)
        let loaded = try load(try configuration ?? Fixture.text("design-sketch.yaml"))
        return DoctorReport(
            results: await DoctorRun(DoctorChecks(loaded: loaded, services: services, tries: tries).all).results())
    }

    /// `check: status: message` of everything that is not in order.
    private func complaints(_ report: DoctorReport) -> [String] {
        report.results.flatMap { result in
            result.findings.filter { $0.status != .ok }.map { "\(result.check): \($0.status): \($0.message)" }
        }
    }

    @Test func `Where all is well each check says so and the status is fine`() async throws {
        let report = try await report()
        #expect(complaints(report) == [])
        #expect(report.status == .fine)
        #expect(
            report.results.map(\.check) == [
                "configuration", "certificate", "store", "public url", "secrets", "hooks", "claims", "clock",
                "azure devops", "token", "pool ecs-linux", "agents ecs-linux", "parallel jobs", "hook subscriptions",
                "aws",
                "cluster build-agents", "task definition azp-agent", "execution role of azp-agent", "network", "quotas",
                "permissions",
            ])
        #expect(report.results.allSatisfy { !$0.findings.isEmpty })
    }

    @Test func `The parallel jobs are told and only warned of where they may not be read`() async throws {
        func findings(_ use: @escaping @Sendable () async throws -> ParallelJobsUse) async throws -> [String] {
            let report = try await report { services in services.parallelJobs = use }
            #expect(report.status == .fine)
            return report.results.filter { $0.check == "parallel jobs" }.flatMap(\.findings)
                .map { "\($0.status): \($0.message)" }
        }
        let limited = try await findings { ParallelJobsUse(limit: 5, used: 2) }
        #expect(limited == ["ok: 5 self-hosted jobs may run at once, 2 run now"])
        let unlimited = try await findings { ParallelJobsUse(limit: nil, used: 2) }
        #expect(unlimited == ["ok: Azure DevOps tells of no limit of self-hosted jobs"])
        let forbidden = try await findings { throw PortError(code: .forbidden, message: "no") }
        #expect(forbidden == ["warning: the limit can't be read, so launches are made without it: no"])
    }

    @Test func `A hook subscription in trouble is a warning and so is one that may not be read`() async throws {
        let disabled = try await report { services in
            services.hookSubscriptions = { url in
                #expect(url == "https://slipway.example.com/hooks/azure-devops")
                let subject = HookSubject(eventType: HookSubject.jobEventType, filter: [:])
                return [ListedSubscription(id: "5a1e", subject: subject, status: .disabledBySystem)]
            }
        }
        #expect(complaints(disabled).count == 1)
        #expect(complaints(disabled).first?.hasPrefix("hook subscriptions: warning: subscription 5a1e ") == true)
        #expect(disabled.status == .fine)
        let forbidden = try await report { services in
            services.hookSubscriptions = { _ in throw PortError(code: .forbidden, message: "no") }
        }
        #expect(complaints(forbidden) == ["hook subscriptions: warning: they can't be read: no"])
    }

    @Test func `A failing finding has a mend`() async throws {
        let report = try await report { services in
            services.cluster = { _ in nil }
            services.pool = { _ in nil }
            services.signIn = { "x" }
            services.callerIdentity = { "arn" }
        }
        for finding in report.results.flatMap(\.findings) where finding.status == .failed {
            #expect(finding.mend?.isEmpty == false)
        }
        #expect(report.status == .notSo)
        #expect(report.text.contains("→ aws ecs create-cluster --cluster-name build-agents --region eu-west-1"))
    }

    @Test func `Only what can't be reached gives 69`() async throws {
        let report = try await report { services in services.callerIdentity = { throw silence } }
        #expect(
            complaints(report) == [
                "aws: unreachable: nobody answered", "cluster build-agents: skipped: not looked at: it needs aws",
                "task definition azp-agent: skipped: not looked at: it needs aws",
                "execution role of azp-agent: skipped: not looked at: it needs aws",
                "network: skipped: not looked at: it needs aws", "quotas: skipped: not looked at: it needs aws",
                "permissions: skipped: not looked at: it needs aws",
            ])
        #expect(report.status == .unreachable)
    }

    @Test func `A failure weighs more than what can't be reached`() async throws {
        let report = try await report { services in
            services.callerIdentity = { throw silence }
            services.signIn = { nil }
        }
        #expect(report.status == .notSo)
    }

    @Test func `A secret that can't be read stops the sign-in and the pools, and nothing else`() async throws {
        let report = try await report { services in
            services.secrets = {
                throw ConfigurationErrors(
                    ConfigurationError(key: "azureDevOps.token", found: "there is no such file", mend: "check the path")
                )
            }
        }
        #expect(
            complaints(report) == [
                "secrets: failed: azureDevOps.token: there is no such file",
                "hooks: skipped: not looked at: it needs secrets",
                "claims: skipped: not looked at: it needs secrets",
                "azure devops: skipped: not looked at: it needs secrets",
                "token: skipped: not looked at: it needs azure devops",
                "pool ecs-linux: skipped: not looked at: it needs azure devops",
                "parallel jobs: skipped: not looked at: it needs azure devops",
                "hook subscriptions: skipped: not looked at: it needs azure devops",
            ])
    }

    @Test func `A hook password that the server would refuse is found here already`() async throws {
        let report = try await report { services in
            services.secrets = {
                SlipwaySecrets(hookPasswords: [SecretText("short")], azureDevOps: .token(SecretText("hunter2")))
            }
        }
        #expect(
            complaints(report) == [
                "hooks: failed: hook credentials: a password must have 16 to 256 characters; this one has 5"
            ])
    }

    @Test(arguments: [
        (200, []), (503, ["says that no hooks can be taken at the moment"]),
        (404, ["answers 404: is it this server's?"]),
        (0, ["nobody answered; Azure DevOps and containers call it"]),
    ])
    func `The public address is asked as long as a server runs`(_ status: Int, _ told: [String]) async throws {
        for holder in [nil, "slipway serve, process 7"] {
            let asked = Mutex<[String]>([])
            let report = try await report { services in
                services.store = { _ in
                    StoreFacts(exists: true, records: 12, head: "abcd", openLaunches: 1, holder: holder)
                }
                services.status = { url in
                    asked.withLock { $0.append(url) }
                    if status == 0 { throw silence }
                    return status
                }
            }
            #expect(asked.withLock { $0 } == (holder == nil ? [] : ["https://slipway.example.com/healthz"]))
            let complaints = complaints(report).filter { $0.hasPrefix("public url: warning") }
            #expect(complaints.count == (holder == nil ? 0 : told.count))
            #expect(told.allSatisfy { text in holder == nil || complaints[0].hasSuffix(text) }, "\(complaints)")
        }
    }

    /// The sketch of the design with claims.
    private static func claiming() throws -> String {
        try Fixture.text("design-sketch.yaml") + "\nclaims: { secrets: [\"file:/run/secrets/claims\"] }\n"
    }

    private static func secrets(_ claim: String) -> SlipwaySecrets {
        SlipwaySecrets(
            hookPasswords: [SecretText("correct-horse-battery")], azureDevOps: .token(SecretText("hunter2")),
            claims: [SecretText(claim)])
    }

    @Test func `Preregistered agents are tried only if that is asked for, under a name of ours`() async throws {
        let asked = Mutex<[String]>([])
        for tries in [false, true] {
            let report = try await report(try Self.claiming(), tries: tries) { services in
                services.secrets = { Self.secrets(String(repeating: "s", count: 32)) }
                services.tryRegistration = { pool, name in asked.withLock { $0.append("\(pool) \(name)") } }
            }
            #expect(!complaints(report).contains { $0.hasPrefix("registration") || $0.hasPrefix("claims") })
            #expect(asked.withLock(\.count) == (tries ? 1 : 0))
        }
        let name = try #require(asked.withLock { $0.first })
        let key = OrganizationKey(url: "https://dev.azure.com/fabrikam").rawValue
        #expect(name.hasPrefix("ecs-linux slipway-\(key)-7-hand-doctor"), "a server's sweep would find it")
    }

    @Test func `An organization that takes no agent by REST is told, with the way round it`() async throws {
        let report = try await report(try Self.claiming(), tries: true) { services in
            services.secrets = { Self.secrets(String(repeating: "s", count: 32)) }
            services.tryRegistration = { _, _ in throw PortError(code: .forbidden, message: "the token may not") }
        }
        #expect(complaints(report).contains("registration ecs-linux: failed: the token may not"))
    }

    @Test func `A claim secret that the server would refuse is found here already`() async throws {
        let report = try await report(try Self.claiming()) { services in
            services.secrets = { Self.secrets("short") }
        }
        #expect(complaints(report).contains { $0.hasPrefix("claims: failed: claims.secrets: one is shorter than 32") })
    }

    struct Certificate: Sendable {
        var days: Double
        var names: [String]
        var complaints: [String]
    }

    @Test(arguments: [
        Certificate(days: 31, names: ["slipway.example.com"], complaints: []),
        Certificate(days: 31, names: ["*.example.com"], complaints: []),
        Certificate(
            days: 29.5, names: ["slipway.example.com"],
            complaints: ["certificate: warning: the certificate expires in 29 days, on 2027-02-13"]),
        Certificate(
            days: -1, names: ["slipway.example.com"],
            complaints: ["certificate: failed: the certificate expired on 2027-01-14"]),
        Certificate(
            days: 31, names: ["other.example.com", "*.slipway.example.com"],
            complaints: [
                "certificate: failed: the certificate names other.example.com, *.slipway.example.com, not "
                    + "slipway.example.com of receiver.publicURL"
            ]),
    ])
    func `A certificate is held against the calendar and the public name`(_ certificate: Certificate) async throws {
        let report = try await report { services in
            let now = services.now()
            services.certificate = { _, _ in
                CertificateFacts(
                    subject: "CN=x", dnsNames: certificate.names, notBefore: now.addingTimeInterval(-1e7),
                    notAfter: now.addingTimeInterval(certificate.days * 86_400), chainLength: 1,
                    trust: .trusted(root: "CN=Root"))
            }
        }
        #expect(complaints(report) == certificate.complaints)
    }

    struct Chain: CustomTestStringConvertible {
        var trust: TLSChainTrust
        var words: String
        var mend: String
        var testDescription: String { words }
    }

    @Test(arguments: [
        Chain(
            trust: .selfSigned, words: "the certificate is its own issuer", mend: "get one that the public trusts"),
        Chain(
            trust: .unknownRoot("CN=Corp"), words: "the chain ends in CN=Corp, which this machine does not trust",
            mend: "get one that the public trusts"),
        Chain(
            trust: .missingIssuer(of: "CN=x", issuer: "CN=R3"),
            words: "the chain ends with CN=x, and its issuer CN=R3 is neither in the file nor trusted",
            mend: "append the certificate of CN=R3 to /etc/slipway/tls.crt"),
        Chain(
            trust: .outOfDate("CN=R3"), words: "the certificate of CN=R3 in the chain is over, or not valid yet",
            mend: "put the authority's present chain into"),
        Chain(trust: .noRoots, words: "this machine has no trusted roots", mend: "ca-certificates"),
        Chain(trust: .refused("bad"), words: "the chain is refused, bad", mend: "openssl verify"),
    ])
    func `A chain that clients will not follow is a warning`(_ chain: Chain) async throws {
        let report = try await report { services in
            let now = services.now()
            services.certificate = { _, _ in
                CertificateFacts(
                    subject: "CN=x", dnsNames: ["slipway.example.com"], notBefore: now.addingTimeInterval(-1e7),
                    notAfter: now.addingTimeInterval(1e7), chainLength: 1, trust: chain.trust)
            }
        }
        let found = report.results.first { $0.check == "certificate" }?.findings.filter { $0.status == .warning } ?? []
        #expect(found.count == 1 && report.status == .fine)
        #expect(found.first?.message.contains(chain.words) == true, "\(found)")
        #expect(found.first?.mend?.contains(chain.mend) == true, "\(found)")
    }

    @Test func `A certificate that doesn't fit its key is a failure with the command that shows it`() async throws {
        let report = try await report { services in
            services.certificate = { _, _ in throw CommandFailure(.notSo, "the key belongs to another certificate") }
        }
        #expect(complaints(report) == ["certificate: failed: the key belongs to another certificate"])
        #expect(report.text.contains("→ openssl x509 -in /etc/slipway/tls.crt -noout -subject -dates"))
    }

    @Test(arguments: [(0.0, ""), (-29, ""), (45, "warning"), (-239, "warning"), (241, "failed"), (-9_000, "failed")])
    func `A clock is compared with the service's`(_ ahead: Double, _ status: String) async throws {
        let report = try await report { services in services.clockAheadSeconds = { ahead } }
        #expect(complaints(report).map { $0.split(separator: ": ")[1] } == (status.isEmpty ? [] : [Substring(status)]))
    }

    @Test func `A service that sends no time is no reason to worry`() async throws {
        #expect(complaints(try await report { $0.clockAheadSeconds = { nil } }) == [])
    }

    @Test func `A store that isn't there yet is in order, and one that runs says who`() async throws {
        let absent = try await report { services in
            services.store = { _ in StoreFacts(exists: false, records: 0, head: "", openLaunches: 0, holder: nil) }
        }
        #expect(absent.text.contains("/var/lib/slipway/slipway.db: not there yet; the server will create it"))
        let held = try await report { services in
            services.store = { _ in
                StoreFacts(exists: true, records: 3, head: "ff", openLaunches: 0, holder: "process 9")
            }
        }
        #expect(held.text.contains("process 9"))
        let full = try await report { $0.store = { _ in throw silence } }
        #expect(
            complaints(full) == [
                "store: unreachable: nobody answered", "public url: skipped: not looked at: it needs store",
                "agents ecs-linux: skipped: not looked at: it needs store",
            ])
    }

    @Test func `What would keep a server from its store is named, with the command that mends it`() async throws {
        func told(_ change: @escaping @Sendable (inout StoreFacts) -> Void) async throws -> [String] {
            let report = try await report { services in
                services.store = { _ in
                    var facts = StoreFacts(exists: true, records: 3, head: "ff", openLaunches: 0)
                    facts.owner = FileOwner(id: 999, name: "slipway")
                    facts.freeBytes = 20 << 30
                    change(&facts)
                    return facts
                }
            }
            return complaints(report).map { complaint in
                let mends = report.results.flatMap(\.findings).filter { complaint.hasSuffix($0.message) }.compactMap(
                    \.mend)
                return complaint + " → " + mends.joined()
            }
        }
        #expect(try await told { _ in } == [])
        #expect(try await told { $0.isOutdated = true } == [])
        #expect(
            try await told {
                $0.strangers = [.init(path: "/var/lib/slipway/slipway.db.lock", owner: FileOwner(id: 0, name: "root"))]
            }[0]
                == "store: failed: /var/lib/slipway/slipway.db.lock belongs to root, and the store to slipway: a server of that "
                + "user can't open it → chown slipway /var/lib/slipway/slipway.db.lock")
        #expect(
            try await told { $0.isPublic = true } == [
                "store: warning: every user of this machine may read or write it → chmod 600 /var/lib/slipway/slipway.db"
            ])
        #expect(
            try await told { $0.isSeenByRoot = true } == [
                "store: warning: it belongs to slipway, and root may write anywhere: whether slipway may is not known → run the "
                    + "doctor as the server's user: sudo -u slipway slipway doctor"
            ])
        #expect(try await told { $0.freeBytes = 200 << 20 }[0].hasPrefix("store: warning: 200 MiB are free"))
        #expect(try await told { $0.freeBytes = 0 }[0].hasPrefix("store: failed: 0 MiB are free"))
    }

    @Test func `Pools that are absent, hosted or unreadable are told apart`() async throws {
        #expect(
            complaints(try await report { $0.pool = { _ in nil } })
                == ["pool ecs-linux: failed: there is no such pool, or the sign-in may not see it"])
        #expect(
            complaints(try await report { $0.pool = { _ in PoolFacts(id: 2, isHosted: true) } })
                == ["pool ecs-linux: failed: pool 2 is Microsoft's own"])
        #expect(
            complaints(try await report { $0.agents = { _ in throw silence } })
                == ["pool ecs-linux: unreachable: nobody answered"])
        #expect(
            complaints(try await report { $0.signIn = { nil } }) == [
                "azure devops: failed: https://dev.azure.com/fabrikam does not know this sign-in",
                "token: skipped: not looked at: it needs azure devops",
                "pool ecs-linux: skipped: not looked at: it needs azure devops",
                "parallel jobs: skipped: not looked at: it needs azure devops",
                "hook subscriptions: skipped: not looked at: it needs azure devops",
            ])
    }

    @Test func `A profile whose jobs no lasting registration satisfies is named, since Azure DevOps fails them`()
        async throws
    {
        let leaving = try Fixture.text("design-sketch.yaml")
            .replacing("  - name: ecs-linux\n", with: "  - name: ecs-linux\n    placeholders: leave\n")
        func found(_ agents: [AgentFacts]) async throws -> [String] {
            complaints(try await report(leaving) { $0.agents = { _ in agents } })
        }
        let small =
            "pool ecs-linux: failed: profile small: no lasting agent is registered that satisfies its jobs (no demands), "
            + "so Azure DevOps fails them at once"
        let large =
            "pool ecs-linux: failed: profile large: no lasting agent is registered that satisfies its jobs "
            + "(slipway.size -equals large), so Azure DevOps fails them at once"
        let sized = Capabilities(["slipway.size": "large"])
        #expect(try await found([]) == [small, large])
        #expect(try await found([AgentFacts(name: "slipway-a-7-1-1", capabilities: sized)]) == [small, large])
        #expect(
            try await found([AgentFacts(name: "any", capabilities: Capabilities(["slipway.size": "x"]))]) == [large])
        #expect(try await found([AgentFacts(name: "any", capabilities: sized)]) == [])
    }

    @Test func `A placeholder that Slipway makes is announced, and one that it should have made is missed`()
        async throws
    {
        let name = Placeholder(capabilities: ["slipway.size": "large"]).name
        let any = AgentFacts(name: "any", capabilities: Capabilities())
        func found(_ agents: [AgentFacts], holder: String?) async throws -> DoctorReport {
            try await report { services in
                services.agents = { _ in agents }
                services.store = { _ in
                    StoreFacts(exists: true, records: 3, head: "ff", openLaunches: 0, holder: holder)
                }
            }
        }
        let before = try await found([any], holder: nil)
        #expect(complaints(before).count == 1)
        #expect(complaints(before).first?.hasPrefix("pool ecs-linux: warning: profile large: ") == true)
        #expect(complaints(before).first?.hasSuffix("; Slipway registers a placeholder when it runs") == true)
        #expect(before.status == .fine)

        let missed = try await found([any], holder: "process 9")
        #expect(complaints(missed).first?.hasPrefix("pool ecs-linux: failed: profile large: ") == true)
        #expect(missed.text.contains("give the token the scope Agent Pools (read & manage)"))
        #expect(missed.status == .notSo)

        let taken = try await found([any, AgentFacts(name: name, capabilities: Capabilities())], holder: "process 9")
        #expect(complaints(taken).first?.contains("is taken by agent \(name), which is not Slipway's") == true)
        let there = AgentFacts(name: name, capabilities: Capabilities(["slipway.size": "large"]))
        #expect(complaints(try await found([any, there], holder: "process 9")) == [])
    }

    @Test func `A capacity provider that the cluster lacks is named with the command that attaches it`() async throws {
        let report = try await report(
            try Fixture.text("design-sketch.yaml").replacing(
                "capacityProvider: FARGATE_SPOT", with: "capacityProvider: gpu"))
        #expect(
            complaints(report)
                == ["cluster build-agents: failed: capacity provider gpu is not attached to the cluster"])
        #expect(
            report.text.contains(
                "→ aws ecs put-cluster-capacity-providers --cluster build-agents --region eu-west-1 --capacity-providers "
                    + "FARGATE FARGATE_SPOT gpu"))
    }

    @Test func `A cluster that is not active takes no agent tasks`() async throws {
        let text = try Fixture.text("cluster.json").replacing("ACTIVE", with: "INACTIVE")
        let cluster = try JSONDecoder().decode(ECSCluster.self, from: Data(text.utf8))
        let report = try await report { $0.cluster = { _ in cluster } }
        #expect(complaints(report) == ["cluster build-agents: failed: the cluster is INACTIVE, not ACTIVE"])
    }

    @Test func `Terminal sequences in an answer are made harmless`() async throws {
        let report = try await report { services in services.signIn = { "\u{1B}]0;owned\u{7}" } }
        #expect(!report.text.contains("\u{1B}"))
        #expect(report.text.contains("\\u{1b}]0;owned\\u{7}"))
    }

    private func withQueue() throws -> String {
        try Fixture.base(
            replacing: "  region: eu-west-1",
            with:
                "  region: eu-west-1\n  eventQueueURL: https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-events")
    }

    @Test func `A queue that can be read and sent to is fine`() async throws {
        let report = try await report(try withQueue())
        #expect(complaints(report) == [])
        #expect(report.results.last?.check == "event queue")
        #expect(report.results.last?.findings.count == 2)
    }

    @Test func `A queue that EventBridge may not send to is a warning`() async throws {
        let report = try await report(try withQueue()) { $0.eventQueue = { ["VisibilityTimeout": "30"] } }
        #expect(
            complaints(report) == [
                "event queue: warning: the queue's policy doesn't let EventBridge send to it, so no event will come"
            ])
        #expect(report.status == .fine)
    }

    @Test func `A queue that can't be read names the permissions it takes`() async throws {
        let report = try await report(try withQueue()) {
            $0.readEventQueue = { throw CommandFailure(.notSo, "not allowed") }
        }
        #expect(complaints(report) == ["event queue: failed: not allowed"])
        #expect(report.text.contains("→ allow sqs:ReceiveMessage, sqs:DeleteMessage"))
    }
}
