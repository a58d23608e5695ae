internal import AWSClient
internal import SlipwayCore

/// What must hold between values. Asked only when each value by itself is right.
struct ConfigurationRules {
    private let values: ConfigurationValues
    private let configuration: SlipwayConfiguration
    private let source: ConfigurationSource
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationError] = []

    init(_ values: ConfigurationValues, _ configuration: SlipwayConfiguration, _ source: ConfigurationSource) {
        self.values = values
        self.configuration = configuration
        self.source = source
        checkConsole()
        checkHooks()
        checkClaims()
        checkSignIn()
        checkEventQueue()
        checkBudgets()
        checkPools()
    }

    private mutating func checkBudgets() {
        let path = ConfigurationPath.root["costs"]["budgets"]
        var seen: Set<String> = []
        for (index, budget) in configuration.costs.budgets.enumerated() {
            if budget.monthly <= .zero {
                report(
                    path[index]["monthly"], found: "no amount above zero",
                    mend: "write one such as 250 or 99.50, with up to nine decimals")
            }
            if !seen.insert(budget.project.lowercased()).inserted {
                report(
                    path[index]["project"], found: "there is another budget of project “\(budget.project)”",
                    mend: "keep one of them")
            }
        }
    }

    private mutating func checkConsole() {
        let path = ConfigurationPath.root["console"]
        checkTokenNames(path["tokens"])
        guard configuration.console.token == nil, configuration.console.tokens.isEmpty,
            !ConfigurationType.isLoopback(configuration.console.host)
        else { return }
        report(
            path["host"], found: "the console listens on \(configuration.console.host) without a token",
            mend: "set console.token, or console.host to 127.0.0.1")
    }

    /// The ledger tells them, so each must mean one.
    private mutating func checkTokenNames(_ path: ConfigurationPath) {
        var seen: Set<String> = ["token", "loopback"]
        for (index, token) in configuration.console.tokens.enumerated() where !seen.insert(token.name).inserted {
            report(
                path[index]["name"], found: "the name \(token.name) means another already",
                mend: "give each token a name of its own, neither token nor loopback")
        }
    }

    private mutating func checkHooks() {
        if configuration.hooks.repair, configuration.receiver.publicURL == nil {
            report(
                .root["hooks"]["repair"], found: "without receiver.publicURL nobody knows which subscriptions are ours",
                mend: "set receiver.publicURL")
        }
        guard configuration.hooks.passwords.isEmpty, configuration.hooks.header == nil else { return }
        report(
            .root["hooks"], found: "neither passwords nor a header",
            mend: "set hooks.passwords to the password of the service hook subscriptions")
    }

    private mutating func checkClaims() {
        let path = ConfigurationPath.root["claims"]["secrets"]
        guard !configuration.claims.secrets.isEmpty else { return }
        guard configuration.receiver.publicURL == nil else { return }
        report(
            path, found: "without receiver.publicURL no container knows where to claim",
            mend: "set receiver.publicURL, or remove claims")
    }

    private mutating func checkSignIn() {
        let path = ConfigurationPath.root["azureDevOps"]
        let hasToken = values.secret(path["token"]) != nil
        let hasEntra = values.isPresent(path["entra"])
        if hasToken && hasEntra {
            report(path["token"], found: "both token and entra are there", mend: "remove one of them")
        } else if !hasToken && !hasEntra {
            report(path, found: "neither token nor entra", mend: "set azureDevOps.token to file:/path or env:NAME")
        }
    }

    private mutating func checkEventQueue() {
        guard let url = configuration.aws.eventQueueURL else { return }
        let path = ConfigurationPath.root["aws"]["eventQueueURL"]
        guard let queue = try? SQSQueue(url) else {
            return report(
                path, found: "it ends in no account and queue",
                mend: "write the URL that this prints: aws sqs get-queue-url --queue-name NAME")
        }
        // A rule sends to queues of its own region alone, and the cluster's events are in the cluster's.
        guard let region = queue.region?.name, region != configuration.aws.region else { return }
        report(
            path, found: "the queue is in \(region), the cluster in \(configuration.aws.region)",
            mend: "make the queue and its rule in \(configuration.aws.region)")
    }

    private mutating func checkPools() {
        let path = ConfigurationPath.root["pools"]
        reportDuplicates(configuration.pools.map(\.name), of: "pool", at: path)
        for (index, pool) in configuration.pools.enumerated() {
            checkProfiles(of: pool, at: path[index]["profiles"])
        }
    }

    private mutating func checkProfiles(of pool: SlipwayConfiguration.Pool, at path: ConfigurationPath) {
        reportDuplicates(pool.profiles.map(\.name), of: "profile", at: path)
        for (index, profile) in pool.profiles.enumerated() {
            checkRegistration(profile, at: path[index])
            checkLadder(profile, at: path[index])
            checkSize(profile, at: path[index])
            checkWarm(profile, of: pool, at: path[index]["warm"])
            warnIfNeverChosen(profile, in: pool, index: index, at: path[index])
        }
    }

    private mutating func checkRegistration(_ profile: Profile, at path: ConfigurationPath) {
        guard profile.registration == .byClaim, configuration.claims.secrets.isEmpty else { return }
        report(
            path["registration"], found: "preregistered, but there are no claims.secrets",
            mend: "set claims.secrets and receiver.publicURL, or registration: self")
    }

    private mutating func reportDuplicates(_ names: [String], of kind: String, at path: ConfigurationPath) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !seen.insert(name.lowercased()).inserted {
            report(
                path[index]["name"], found: "there is another \(kind) “\(name)”", mend: "give each \(kind) its own name"
            )
        }
    }
}

extension ConfigurationRules {
    private mutating func checkLadder(_ profile: Profile, at path: ConfigurationPath) {
        let path = path["placements"]
        // An inherited ladder has been checked where it stands.
        for index in 0..<values.count(path) { checkRung(profile.placements[index], at: path[index]) }
    }

    private mutating func checkRung(_ placement: Placement, at path: ConfigurationPath) {
        let hasProvider = values.text(path["capacityProvider"]) != nil
        let hasLaunchType = values.text(path["launchType"]) != nil
        if hasProvider && hasLaunchType {
            report(
                path["launchType"], found: "both capacityProvider and launchType are there", mend: "remove one of them")
        } else if !hasProvider && !hasLaunchType {
            report(
                path, found: "neither capacityProvider nor launchType",
                mend: "write capacityProvider: FARGATE_SPOT, or launchType: FARGATE")
        } else if placement.isFargate && placement.subnets.isEmpty {
            report(path["subnets"], found: "Fargate needs subnets", mend: "name one at least, best one in each zone")
        } else if !placement.isFargate && placement.platformVersion != nil && hasLaunchType {
            report(
                path["platformVersion"], found: "only Fargate has platform versions", mend: "remove the key")
        } else if placement.assignPublicIP && placement.capacity == .launchType("EC2") {
            report(
                path["assignPublicIP"], found: "agent tasks of launch type EC2 can have no public address of their own",
                mend: "remove the key; the subnets need a NAT gateway")
        }
    }

    private mutating func checkSize(_ profile: Profile, at path: ConfigurationPath) {
        guard profile.placements.contains(where: \.isFargate) else {
            guard profile.ephemeralStorageGiB != nil, profile.placements.allSatisfy(\.isLaunchType) else { return }
            return report(
                path["ephemeralStorageGiB"], found: "only Fargate has ephemeral storage to set", mend: "remove the key")
        }
        if let complaint = FargatePair.complaint(cpu: profile.cpu, memory: profile.memory) {
            let isMemory = profile.cpu.map { FargatePair.cpus.contains($0) } ?? true
            report(path[isMemory ? "memory" : "cpu"], found: complaint.found, mend: complaint.mend)
        }
    }

    private mutating func checkWarm(
        _ profile: Profile, of pool: SlipwayConfiguration.Pool, at path: ConfigurationPath
    ) {
        for (index, window) in profile.warm.enumerated() {
            if window.from == WarmWindow.minutesADay {
                report(path[index]["from"], found: "a window that begins at 24:00", mend: "write 00:00")
            }
            if window.to == 0 {
                report(path[index]["to"], found: "a window that ends at 00:00", mend: "write 24:00")
            }
            if window.from == window.to {
                report(
                    path[index]["to"], found: "the window ends when it begins",
                    mend: "for the whole day, remove from and to")
            }
            let maximum = min(profile.maximumAgents, pool.maximumAgents)
            if window.agents > maximum {
                report(
                    path[index]["agents"], found: "more agents than the \(maximum) that may be open at once",
                    mend: "write fewer, or raise maximumAgents of the profile or the pool")
            }
        }
    }

    private mutating func warnIfNeverChosen(
        _ profile: Profile, in pool: SlipwayConfiguration.Pool, index: Int, at path: ConfigurationPath
    ) {
        guard let twin = pool.profiles.prefix(index).first(where: { $0.capabilities == profile.capabilities }) else {
            return
        }
        let place = place(path["name"])
        warnings.append(
            ConfigurationError(
                place: place, key: path["demands"].description,
                found:
                    "profile \(twin.name) satisfies the same demands and comes first, so \(profile.name) gets no job",
                mend: "give \(profile.name) a demand of its own"))
    }

    private mutating func report(_ path: ConfigurationPath, found: String, mend: String) {
        errors.append(ConfigurationError(place: place(path), key: path.description, found: found, mend: mend))
    }

    /// Where the value stands; for one that was inherited, where it was inherited from.
    private func place(_ path: ConfigurationPath) -> String {
        let origin = values.origin(path) ?? path.inFirstProfile.flatMap { values.origin($0) }
        return origin.map { source.place($0) } ?? source.fileName
    }
}

extension Placement {
    fileprivate var isLaunchType: Bool { if case .launchType = capacity { true } else { false } }
}
