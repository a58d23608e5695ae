internal import SlipwayConsole
internal import SlipwayCore

extension SlipwayConfiguration {
    /// The configuration that checked values describe. Meaningful only if the check had no errors: a required value that
    /// is absent becomes empty here.
    init(_ values: ConfigurationValues) {
        let root = ConfigurationPath.root
        receiver = Receiver(values, at: root["receiver"])
        claims = Claims(secrets: values.secrets(root["claims"]["secrets"]))
        serverTasks = ServerTasks(tokens: values.secrets(root["serverTasks"]["tokens"]))
        console = Console(values, at: root["console"])
        store = Store(path: values.text(root["store"]["path"]) ?? "")
        hooks = Hooks(values, at: root["hooks"])
        azureDevOps = AzureDevOps(values, at: root["azureDevOps"])
        aws = AWS(values, at: root["aws"])
        engine = Engine(
            activeSweepMilliseconds: values.integer(root["engine"]["activeSweepMilliseconds"]) ?? 0)
        costs = Costs(values, at: root["costs"])
        log = Log(level: values.text(root["log"]["level"]) ?? "")
        let usual: RegistrationForm = claims.secrets.isEmpty ? .byContainer : .byClaim
        pools = (0..<values.count(root["pools"])).map { Pool(values, at: root["pools"][$0], usual) }
    }
}

extension SlipwayConfiguration.Receiver {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        self.init(
            host: values.text(path["host"]) ?? "", port: values.integer(path["port"]) ?? 0,
            certificate: values.text(path["certificate"]) ?? "", privateKey: values.text(path["privateKey"]) ?? "",
            publicURL: values.text(path["publicURL"]).map(withoutTrailingSlashes),
            unreadyMilliseconds: values.integer(path["unreadyMilliseconds"]) ?? 0,
            refusingMilliseconds: values.integer(path["refusingMilliseconds"]) ?? 0)
    }
}

extension SlipwayConfiguration.Console {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        self.init(
            host: values.text(path["host"]) ?? "", port: values.integer(path["port"]) ?? 0,
            token: values.secret(path["token"]),
            tokens: (0..<values.count(path["tokens"])).map { index in
                let token = path["tokens"][index]
                return Token(
                    name: values.text(token["name"]) ?? "",
                    scope: values.text(token["scope"]).flatMap(AccessScope.init) ?? .read,
                    token: values.secret(token["token"]) ?? .inline(SecretText("")))
            })
    }
}

extension SlipwayConfiguration.Hooks {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        let header = path["header"]
        self.init(
            username: values.text(path["username"]) ?? "", passwords: values.secrets(path["passwords"]),
            header: values.text(header["name"]).map {
                Header(name: $0, values: values.secrets(header["values"]))
            }, repair: values.flag(path["repair"]) ?? false)
    }
}

extension SlipwayConfiguration.AzureDevOps {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        let entra = path["entra"]
        let organization = withoutTrailingSlashes(values.text(path["organization"]) ?? "")
        if let tenantID = values.text(entra["tenantID"]) {
            self.init(
                organization: organization,
                signIn: .entra(
                    tenantID: tenantID, clientID: values.text(entra["clientID"]) ?? "",
                    clientSecret: values.secret(entra["clientSecret"]) ?? .inline(SecretText(""))))
        } else {
            self.init(
                organization: organization, signIn: .token(values.secret(path["token"]) ?? .inline(SecretText(""))))
        }
        respectParallelJobs = values.flag(path["respectParallelJobs"]) ?? true
        tokenExpires = values.text(path["tokenExpires"]).flatMap(CalendarDay.init)
    }
}

extension SlipwayConfiguration.AWS {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        self.init(
            region: values.text(path["region"]) ?? "", cluster: values.text(path["cluster"]) ?? "",
            endpoint: values.text(path["endpoint"]), eventQueueURL: values.text(path["eventQueueURL"]),
            startsPerSecond: values.integer(path["startsPerSecond"]) ?? 0,
            startBurst: values.integer(path["startBurst"]) ?? 0)
    }
}

extension SlipwayConfiguration.Costs {
    /// An amount that can't be read is found by `ConfigurationRules`.
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        let list = path["budgets"]
        self.init(
            priceBook: values.text(path["priceBook"]),
            budgets: (0..<values.count(list)).map { index in
                Budget(
                    project: values.text(list[index]["project"]) ?? "",
                    monthly: values.text(list[index]["monthly"]).flatMap(Money.init(decimal:)) ?? .zero,
                    when: values.text(list[index]["when"]).flatMap(Budget.WhenSpent.init) ?? .warn)
            })
    }
}

extension SlipwayConfiguration.Pool {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath, _ usual: RegistrationForm) {
        let profiles = path["profiles"]
        self.init(
            name: values.text(path["name"]) ?? "", sweepSeconds: values.integer(path["sweepSeconds"]) ?? 0,
            maximumAgents: values.integer(path["maximumAgents"]) ?? 0,
            maximumAgentsPerProject: values.integer(path["maximumAgentsPerProject"]),
            whenGivenUp: values.text(path["whenGivenUp"]).flatMap(GivenUp.init) ?? .leave,
            whenInterrupted: values.text(path["whenInterrupted"]).flatMap(WhenInterrupted.init) ?? .leave,
            placeholders: values.text(path["placeholders"]).flatMap(PlaceholderPolicy.init) ?? .manage,
            profiles: (0..<values.count(profiles)).map { Profile(values, at: profiles[$0], usual) })
    }
}

extension Profile {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath, _ usual: RegistrationForm) {
        self.init(
            name: values.text(path["name"]) ?? "", capabilities: Self.capabilities(values.demands(path["demands"])),
            taskDefinition: values.text(path["taskDefinition"]) ?? "", container: values.text(path["container"]) ?? "",
            cpu: values.integer(path["cpu"]), memory: values.integer(path["memory"]),
            ephemeralStorageGiB: values.integer(path["ephemeralStorageGiB"]),
            maximumAgents: values.integer(path["maximumAgents"]) ?? 0,
            registration: values.text(path["registration"]).flatMap(RegistrationForm.init) ?? usual,
            placements: Self.placements(values, at: path["placements"]),
            deadlines: Deadlines(values, at: path["deadlines"]),
            maximumReplacements: values.integer(path["maximumReplacements"]) ?? 0,
            bookable: Bookable(values, at: path), warm: Self.warm(values, at: path["warm"]))
    }

    /// A demand without a value is satisfied by any, so its capability says "true".
    private static func capabilities(_ demands: [Demand]) -> [String: String] {
        demands.reduce(into: [:]) { capabilities, demand in
            switch demand.condition {
            case .equals(let value): capabilities[demand.name] = value
            case .exists, .minimumVersion, .unreadable: capabilities[demand.name] = "true"
            }
        }
    }

    private static func warm(_ values: ConfigurationValues, at path: ConfigurationPath) -> [WarmWindow] {
        (0..<values.count(path)).compactMap { index in
            WarmWindow(
                agents: values.integer(path[index]["agents"]) ?? 0,
                days: Set(values.texts(path[index]["days"]).compactMap(Weekday.init(shortName:))),
                from: values.integer(path[index]["from"]) ?? 0,
                to: values.integer(path[index]["to"]) ?? WarmWindow.minutesADay,
                timeZone: values.text(path[index]["timeZone"]) ?? "")
        }
    }

    /// The ladder is inherited whole, never rung by rung.
    private static func placements(_ values: ConfigurationValues, at path: ConfigurationPath) -> [Placement] {
        var path = path
        if values.count(path) == 0, let first = path.inFirstProfile { path = first }
        return (0..<values.count(path)).map { Placement(values, at: path[$0]) }
    }
}

extension Bookable {
    /// The images are inherited whole, as a ladder is.
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        let largest = path["largest"]
        var images = path["images"]
        if values.count(images) == 0, let first = images.inFirstProfile { images = first }
        let named = (0..<values.count(images)).map { index in
            (values.text(images[index]["name"]) ?? "", values.text(images[index]["taskDefinition"]) ?? "")
        }
        self.init(
            cpu: values.integer(largest["cpu"]), memory: values.integer(largest["memory"]),
            ephemeralStorageGiB: values.integer(largest["ephemeralStorageGiB"]),
            images: Dictionary(named, uniquingKeysWith: { first, _ in first }))
    }
}

extension Deadlines {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        func seconds(_ name: String) -> Int { values.integer(path[name]) ?? 0 }
        self.init(
            startSeconds: seconds("startSeconds"), onlineSeconds: seconds("onlineSeconds"),
            idleSeconds: seconds("idleSeconds"), busySeconds: seconds("busySeconds"),
            leaveSeconds: seconds("leaveSeconds"), surplusSeconds: seconds("surplusSeconds"),
            warmSeconds: seconds("warmSeconds"))
    }
}

extension Placement {
    fileprivate init(_ values: ConfigurationValues, at path: ConfigurationPath) {
        let capacity: Capacity =
            if let provider = values.text(path["capacityProvider"]) {
                .capacityProvider(provider)
            } else {
                .launchType(values.text(path["launchType"]) ?? "")
            }
        self.init(
            capacity: capacity, subnets: values.texts(path["subnets"]),
            securityGroups: values.texts(path["securityGroups"]),
            assignPublicIP: values.flag(path["assignPublicIP"]) ?? false,
            platformVersion: values.text(path["platformVersion"]))
    }
}

private func withoutTrailingSlashes(_ url: String) -> String {
    var url = Substring(url)
    while url.last == "/" { url.removeLast() }
    return String(url)
}
