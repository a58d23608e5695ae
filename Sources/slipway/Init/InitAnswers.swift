internal import AWSClient

/// The values of the new configuration, and what is to be said about each. Pure.
struct InitAnswers: Sendable {
    /// A value that could not be found out: it loads, and is no name of anything.
    static let unknown = "to-fill-in"
    /// docs/task-events.md, and the Terraform module `task-events`.
    static let eventQueueName = "slipway-events"

    let given: InitGiven
    private(set) var organization = unknown
    private(set) var pool = unknown
    private(set) var region = unknown
    private(set) var cluster = unknown
    private(set) var taskDefinition = unknown
    /// That of `deploy/agent` and of the Terraform modules.
    private(set) var container = "agent"
    private(set) var publicURL = "https://\(unknown).example.com"
    private(set) var subnets: [String] = []
    private(set) var securityGroups: [String] = []
    private(set) var assignsPublicIP = false
    private(set) var eventQueueURL: String?
    private(set) var placements: [Placement] = []
    /// Whether agents are registered by claims; no: with a token in their container, and why.
    private(set) var claims = Claims.used

    enum Placement: Hashable, Sendable {
        case capacityProvider(String)
        case launchType(String)
    }

    enum Claims: Hashable, Sendable {
        case used
        case notUsed(because: String)
    }

    /// Whether a rung needs subnets: on Fargate, and wherever an agent task has a network interface of its own.
    private(set) var needsSubnets = true
    /// What was taken, and what is left to fill in, by key.
    private(set) var results: [CheckResult] = []
    /// What several things could be meant by: one line each. Then nothing is written.
    private(set) var ambiguities: [String] = []

    init(_ given: InitGiven, _ facts: InitFacts) {
        self.given = given
        publicURL = take(
            "receiver.publicURL", given.publicURL, nil, "--public-url", "where Azure DevOps reaches this server",
            unknown: publicURL)
        organization = take(
            "azureDevOps.organization", given.organization, nil, "--organization",
            "such as https://dev.azure.com/fabrikam",
            unknown: "https://dev.azure.com/\(Self.unknown)")
        pool = take(
            "pools[0].name", given.pool, facts.pools, "--pool", "Organization settings, Agent pools", what: "pools")
        region = take("aws.region", given.region ?? facts.region, nil, "--region", "such as eu-west-1")
        cluster = take(
            "aws.cluster", given.cluster, facts.clusters, "--cluster", "aws ecs list-clusters", what: "clusters")
        taskDefinition = take(
            "taskDefinition", given.taskDefinition, facts.families, "--task-definition",
            "aws ecs list-task-definition-families --status ACTIVE", what: "task definitions")
        takeContainer(facts.definition)
        takePlacements(facts.cluster, facts.definition)
        takeNetwork(facts.network)
        takeEventQueue(facts.eventQueueURL)
        takeClaims(facts.definition)
    }

    /// The value of a key: as given, the only candidate, or `unknown`, which is then to be filled in.
    private mutating func take(
        _ key: String, _ given: String?, _ candidates: [String]?, _ flag: String, _ hint: String,
        what: String = "", unknown: String = unknown
    ) -> String {
        if let given {
            results.append(CheckResult(check: key, findings: [.ok(given)]))
            return given
        }
        let candidates = candidates ?? []
        if let only = candidates.first, candidates.count == 1 {
            results.append(CheckResult(check: key, findings: [.ok("\(only), the only one there is")]))
            return only
        }
        if candidates.count > 1 { ambiguities.append(Self.several(what, candidates, flag)) }
        results.append(
            CheckResult(check: key, findings: [.warning("not known", mend: "fill it in, or give \(flag): \(hint)")]))
        return unknown
    }

    private static func several(_ what: String, _ candidates: [String], _ flag: String) -> String {
        let shown = candidates.sorted().prefix(20).map { harmless(String($0.prefix(100))) }
        let more = candidates.count > shown.count ? " and \(candidates.count - shown.count) more" : ""
        return "there are several \(what): \(shown.joined(separator: ", "))\(more); give \(flag)"
    }

    // MARK: From the task definition

    private mutating func takeContainer(_ definition: TaskDefinition?) {
        let key = "container"
        if let given = given.container {
            container = given
            return results.append(CheckResult(check: key, findings: [.ok(given)]))
        }
        let names = definition?.containerDefinitions.map(\.name) ?? []
        if names.count > 1, !names.contains(container) {
            ambiguities.append(Self.several("containers in \(taskDefinition)", names, "--container"))
        }
        guard let only = names.contains(container) ? container : names.first else {
            let mend = "correct it if yours has another name, or give --container"
            return results.append(
                CheckResult(check: key, findings: [.warning("\(container), not looked up", mend: mend)]))
        }
        container = only
        results.append(CheckResult(check: key, findings: [.ok("\(only), of \(taskDefinition)")]))
    }

    private mutating func takeClaims(_ definition: TaskDefinition?) {
        guard let definition else { return }
        let agent = definition.containerDefinitions.first { $0.name == container }
        let credential = agent?.secrets.map(\.name).first { ["AZP_TOKEN", "AZP_CLIENTSECRET"].contains($0) }
        if definition.isForWindows {
            claims = .notUsed(because: "agents on Windows register themselves")
        } else if let credential {
            claims = .notUsed(because: "the task definition gives its container \(credential), to register by itself")
        }
    }

    // MARK: Where it runs

    private mutating func takePlacements(_ cluster: ECSCluster?, _ definition: TaskDefinition?) {
        if let definition, !(definition.compatibilities + definition.requiresCompatibilities).contains("FARGATE") {
            placements = [.launchType("EC2")]
            needsSubnets = definition.networkMode == "awsvpc"
            return
        }
        // Spot first: it costs a third. There is none for Windows.
        let attached = cluster?.capacityProviders ?? []
        let providers = definition?.isForWindows == true ? ["FARGATE"] : ["FARGATE_SPOT", "FARGATE"]
        placements = providers.filter(attached.contains).map(Placement.capacityProvider)
        if placements.isEmpty { placements = [.launchType("FARGATE")] }
    }

    private mutating func takeNetwork(_ found: InitNetwork?) {
        securityGroups = given.securityGroups
        assignsPublicIP = given.assignsPublicIP
        guard needsSubnets else { return }
        guard given.subnets.isEmpty else {
            subnets = given.subnets
            return results.append(CheckResult(check: "subnets", findings: [.ok(subnets.joined(separator: ", "))]))
        }
        guard let found, !found.subnets.isEmpty, isUsable(found) else {
            subnets = [Self.unknown]
            return results.append(
                CheckResult(
                    check: "subnets",
                    findings: [.warning("not known", mend: "fill them in, or give --subnet: \(Self.list)")]))
        }
        subnets = found.subnets
        if securityGroups.isEmpty { securityGroups = found.securityGroups }
        if found.assignsPublicIP { assignsPublicIP = true }
        results.append(CheckResult(check: "subnets", findings: [Self.finding(found)]))
    }

    /// On EC2 an agent task gets no public address, so that it leads nowhere from the default VPC.
    private func isUsable(_ network: InitNetwork) -> Bool {
        guard case .defaultVPC = network.origin else { return true }
        return !placements.contains(.launchType("EC2"))
    }

    private static let list = "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,VpcId,CidrBlock]'"

    private static func finding(_ network: InitNetwork) -> Finding {
        let groups = network.securityGroups.isEmpty ? "" : ", with " + network.securityGroups.joined(separator: ", ")
        let addresses = network.assignsPublicIP ? ", with public addresses" : ""
        let names = network.subnets.joined(separator: ", ")
        switch network.origin {
        case .agentTasks:
            let seen = "\(names), where agent tasks run now\(groups)\(addresses)"
            guard let doubt = network.doubt else { return .ok(seen) }
            return .warning(
                "\(seen); \(doubt)", mend: "give --security-group, and --assign-public-ip where there is no NAT gateway"
            )
        case .defaultVPC(let vpc):
            return .warning(
                "\(names), of the default VPC \(vpc)\(addresses), since "
                    + (network.doubt ?? "no agent task runs whose network could be taken"),
                mend: "if agents belong elsewhere, give --subnet: \(list)")
        }
    }

    private mutating func takeEventQueue(_ url: String?) {
        guard let url else { return }
        eventQueueURL = url
        results.append(
            CheckResult(
                check: "aws.eventQueueURL",
                findings: [.ok("\(url) is there, and stands in a comment: take it in if no other Slipway reads it")]))
    }
}
