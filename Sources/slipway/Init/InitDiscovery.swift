internal import AWSClient
internal import Foundation
internal import Synchronization

/// Asks both services at the same time. What one of them has told before its time was over is kept.
final class InitDiscovery: Sendable {
    private let given: InitGiven
    private let services: InitServices
    private let sleep: @Sendable (_ seconds: Int) async throws -> Void
    private let state = Mutex(InitFacts())

    static let timeLimitSeconds = 20

    init(
        _ given: InitGiven, _ services: InitServices,
        sleep: @escaping @Sendable (_ seconds: Int) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    ) {
        self.given = given
        self.services = services
        self.sleep = sleep
    }

    func facts() async -> InitFacts {
        async let azure = azureDevOps()
        async let aws = aws()
        let looks = await [azure, aws]
        var facts = state.withLock { $0 }
        facts.looks = looks
        return facts
    }

    // MARK: Azure DevOps

    private func azureDevOps() async -> CheckResult {
        let name = "azure devops"
        guard let pools = services.pools else {
            let what = given.organization == nil ? "no organization is named" : "no token is at hand"
            let mend =
                "give --organization, and AZP_TOKEN or --token-file, and run it again with --force; or fill in by hand"
            return CheckResult(check: name, findings: [.warning("not asked, since \(what)", mend: mend)])
        }
        return await look(name, mend: "check --organization and the token, which needs Agent Pools (read)") {
            let names = try await pools()
            self.state.withLock { $0.pools = InitFacts.pools(names) }
            return "\(names.count) self-hosted pools can be read"
        }
    }

    // MARK: AWS

    private func aws() async -> CheckResult {
        await look("aws", mend: "check the region and the credentials: aws sts get-caller-identity") {
            let region: String
            if let given = self.given.region { region = given } else { region = try await self.services.region() }
            self.state.withLock { $0.region = region }
            let identity = try await self.services.callerIdentity(region)
            try await self.lookAtCluster(region)
            try await self.lookAtTaskDefinition(region)
            try await self.lookAtNetwork(region)
            try await self.lookAtEventQueue(region)
            return "asked in \(region) as \(identity)"
        }
    }

    private func lookAtCluster(_ region: String) async throws {
        var name = given.cluster
        if name == nil {
            let clusters = try await services.clusters(region)
            state.withLock { $0.clusters = clusters }
            if clusters.count == 1 { name = clusters.first }
        }
        guard let name else { return }
        let cluster = try await services.cluster(region, name)
        state.withLock { $0.cluster = cluster }
    }

    private func lookAtTaskDefinition(_ region: String) async throws {
        var name = given.taskDefinition
        if name == nil {
            let families = try await services.families(region)
            state.withLock { $0.families = families }
            if families.count == 1 { name = families.first }
        }
        guard let name else { return }
        let definition = try await services.taskDefinition(region, name)
        state.withLock { $0.definition = definition }
    }

    private func lookAtNetwork(_ region: String) async throws {
        guard given.subnets.isEmpty else { return }
        let (cluster, definition) = state.withLock { ($0.cluster, $0.definition) }
        var network: InitNetwork?
        var doubt: String?
        if let name = cluster?.clusterName, let family = definition?.family {
            // Who may not list agent tasks may know the rest all the same.
            do { network = try await services.network(region, name, family) } catch {
                doubt = InitNetwork.doubt("agent tasks could not be listed", because: error)
            }
        }
        // Not to be asked for everybody: it is a guess, and says so.
        if network == nil {
            network = try? await services.defaultNetwork(region)
            network?.doubt = doubt
        }
        state.withLock { [network] in $0.network = network }
    }

    /// By the name that the documentation and the Terraform modules give it.
    private func lookAtEventQueue(_ region: String) async throws {
        let url = try? await services.queueURL(region, InitAnswers.eventQueueName)
        state.withLock { $0.eventQueueURL = url }
    }

    // MARK: Both

    /// One line, whatever comes of it.
    private func look(
        _ name: String, mend: String, _ body: @escaping @Sendable () async throws -> String
    ) async -> CheckResult {
        do {
            let seen = try await withTimeLimit(seconds: Self.timeLimitSeconds, sleep: sleep, body)
            return CheckResult(check: name, findings: [.ok(seen)])
        } catch let error as TimeLimitPassed {
            let message = "no answer within \(error.seconds) s"
            return CheckResult(check: name, findings: [Finding(status: .unreachable, message: message, mend: mend)])
        } catch let error as AWSError where Self.isMissing(error) {
            return CheckResult(
                check: name,
                findings: [.warning("not asked: \(error.message)", mend: "\(mend); or fill in by hand")])
        } catch {
            return CheckResult(
                check: name, findings: [Finding.of(error, by: DoctorCheck(name: name, mend: mend) { [] })])
        }
    }

    /// Credentials or a region that nobody has set are no failure: not everybody has them at hand.
    private static func isMissing(_ error: AWSError) -> Bool {
        error.code == .credentialsUnavailable || error.code == .invalidConfiguration
    }
}
