internal import SlipwayConsole
internal import SlipwayCore

/// Every key there is. The one description that reading, checking, the names of environment variables and
/// `docs/configuration.md` are made of.
enum ConfigurationSchema {
    static let keys: [ConfigurationKey] =
        receiver + claims + serverTasks + console + store + hooks + azureDevOps + aws + engine + costs + log + pools
        + profiles + warm + bookable + deadlines + placements

    /// The keys that stand directly in a group, in the order of the table. `""` is the top.
    static func children(of pattern: String) -> [ConfigurationKey] { childrenByParent[pattern] ?? [] }

    static func key(_ pattern: String) -> ConfigurationKey? { keysByPattern[pattern] }

    private static let keysByPattern = Dictionary(uniqueKeysWithValues: keys.map { ($0.pattern, $0) })
    private static let childrenByParent = Dictionary(grouping: keys, by: \.parent)

    private static let receiver: [ConfigurationKey] = [
        .group("receiver", .required, "The public listener, which Azure DevOps calls over HTTPS."),
        .value("receiver.host", .text(maximum: 255), .defaulted("0.0.0.0"), "Address to listen on."),
        .value("receiver.port", .integer(0...65_535), .defaulted("8443"), "TCP port; 0 takes any free one."),
        .value(
            "receiver.certificate", .text(maximum: 4_096), .required,
            "File with the server's certificate and its chain in PEM. Read again when it changes."),
        .value(
            "receiver.privateKey", .text(maximum: 4_096), .required,
            "File with the certificate's private key in PEM, without a passphrase."),
        .value(
            "receiver.publicURL", .url, .optional,
            "Where Azure DevOps reaches the receiver from outside, such as `https://slipway.example.com`. With it the hook "
                + "subscriptions are watched."),
        .value(
            "receiver.unreadyMilliseconds", .integer(0...120_000), .defaulted("0"),
            "On shutdown: how long `/healthz` says no while hooks are still taken. As long as a load balancer needs to "
                + "notice; 0 without one."),
        .value(
            "receiver.refusingMilliseconds", .integer(0...60_000), .defaulted("2000"),
            "On shutdown: how long hooks are then answered with 503, which Azure DevOps sends again within seconds, before "
                + "the port is closed. What stops the server must wait 30 seconds longer than both together."),
    ]

    private static let claims: [ConfigurationKey] = [
        .group(
            "claims", .optional,
            "How containers get what their agents sign in with, for profiles with `registration: preregistered`. Needs "
                + "`receiver.publicURL`, which containers must reach as Azure DevOps does."),
        .value(
            "claims.secrets", .secrets(1...2), .required,
            "What claim codes are made with, \(ClaimSecrets.minimumSecretBytes) characters at least: `openssl rand -hex 32` "
                + "makes one. The first makes them; the second, the old one while you rotate, is accepted too."),
    ]

    private static let serverTasks: [ConfigurationKey] = [
        .group(
            "serverTasks", .optional,
            "For the Azure Pipelines extension, whose tasks ask for agents from a pipeline. See [extension.md](extension.md)."
        ),
        .value(
            "serverTasks.tokens", .secrets(1...2), .required,
            "What service connections of the type Slipway present, 16 to 256 characters each: `openssl rand -hex 32` makes one. "
                + "Give the old and the new one while you rotate."),
    ]

    private static let console: [ConfigurationKey] = [
        .group("console", .optional, "The operator's listener: dashboard, API, metrics."),
        .value("console.host", .text(maximum: 255), .defaulted("127.0.0.1"), "Address to listen on."),
        .value("console.port", .integer(0...65_535), .defaulted("8080"), "TCP port; 0 takes any free one."),
        .value(
            "console.token", .secret, .optional,
            "What whoever looks at the console must present; it allows to read. This or one of `console.tokens` is required "
                + "when `console.host` is not a loopback address."),
        .groups(
            "console.tokens", 1...20, presence: .optional,
            "Tokens with names, which the ledger tells. Without any token at all, whoever is on this machine may operate; with "
                + "tokens, only one whose scope is `operate`."),
        .value("console.tokens[].name", .name(others: "-_.", maximum: 64), .required, "Its name. Each only once."),
        .value(
            "console.tokens[].scope", .choice(AccessScope.allCases.map(\.rawValue)), .required,
            "`read`, or `operate`: to read, and to drain, pause, stop and retry."),
        .value("console.tokens[].token", .secret, .required, "16 to 256 printable ASCII characters."),
    ]

    private static let store: [ConfigurationKey] = [
        .group("store", .optional, "Where deliveries, launches and the ledger are kept."),
        .value(
            "store.path", .text(maximum: 4_096), .defaulted("/var/lib/slipway/slipway.db"),
            "The database file, on a local disk. Its directory must exist and be writable."),
    ]

    private static let hooks: [ConfigurationKey] = [
        .group(
            "hooks", .required,
            "How a delivery proves that it comes from Azure DevOps: by `passwords`, by `header`, or both; then it must show both."
        ),
        .value(
            "hooks.username", .text(maximum: 255), .defaulted("slipway"),
            "The user name of the basic authentication in the service hook subscriptions."),
        .value(
            "hooks.passwords", .secrets(1...2), .optional,
            "Passwords that are accepted, 16 to 256 characters each. Give the old and the new one while you rotate."),
        .group("hooks.header", .optional, "A header that carries a secret, instead of basic authentication."),
        .value("hooks.header.name", .name(others: "-", maximum: 64), .required, "The header's name."),
        .value(
            "hooks.header.values", .secrets(1...2), .required, "Values that are accepted, 16 to 256 characters each."),
        .value(
            "hooks.repair", .flag, .defaulted("false"),
            "Whether a subscription to the receiver that is disabled, by whomever, or was deleted while Slipway ran is made "
                + "anew, each at most once an hour. Needs `receiver.publicURL`, and Edit Subscriptions in the projects."
        ),
    ]

    private static let azureDevOps: [ConfigurationKey] = [
        .group(
            "azureDevOps", .required, "The Azure DevOps organization, and how Slipway signs in: `token` or `entra`."),
        .value(
            "azureDevOps.organization", .url, .required,
            "The organization's URL, such as `https://dev.azure.com/fabrikam`."),
        .value(
            "azureDevOps.token", .secret, .optional,
            "A personal access token with the scope *Agent Pools (read, manage)*, and *Build (read)*."),
        .group("azureDevOps.entra", .optional, "A service principal of Microsoft Entra, instead of a token."),
        .value("azureDevOps.entra.tenantID", .name(others: "-.", maximum: 255), .required, "The directory's id."),
        .value(
            "azureDevOps.entra.clientID", .name(others: "-", maximum: 64), .required, "The application's client id."),
        .value("azureDevOps.entra.clientSecret", .secret, .required, "A client secret of the application."),
        .value(
            "azureDevOps.tokenExpires", .day, .optional,
            "The day when the token or the client secret expires, which can't be asked for with it. `slipway doctor` "
                + "warns 14 days before, as do the console and `/readyz`."),
        .value(
            "azureDevOps.respectParallelJobs", .flag, .defaulted("true"),
            "Whether no more agents are started than the organization's self-hosted parallel jobs can use, where that can be "
                + "read. Jobs of public projects don't count. `false`: one for each waiting job; those beyond wait as idle "
                + "agents, and the next job starts sooner."),
    ]

    private static let aws: [ConfigurationKey] = [
        .group(
            "aws", .required,
            "The cluster that runs agent tasks. Credentials are found as every AWS tool finds them: environment, "
                + "shared files, web identity, container, instance."),
        .value("aws.region", .name(others: "-", maximum: 32), .required, "The region, such as `eu-west-1`."),
        .value("aws.cluster", .name(others: "-_:/", maximum: 255), .required, "The cluster's name or ARN."),
        .value("aws.endpoint", .url, .optional, "One endpoint for every AWS service: a proxy, or a simulator."),
        .value(
            "aws.eventQueueURL", .url, .optional,
            "The SQS queue that an EventBridge rule fills with the cluster's task state changes, such as "
                + "`https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-events`. Absent: the cluster is only asked. "
                + "See [task-events.md](task-events.md)."),
        .value(
            "aws.startsPerSecond", .integer(1...1_000), .defaulted("20"),
            "Calls of RunTask a second, over all pools. The account's own quota is 20 in most regions."),
        .value("aws.startBurst", .integer(1...1_000), .defaulted("20"), "Calls of RunTask at once."),
    ]

    private static let engine: [ConfigurationKey] = [
        .group("engine", .optional, "How the engine works."),
        .value(
            "engine.activeSweepMilliseconds", .integer(10...60_000), .defaulted("2000"),
            "How often pools and agent tasks are read while a launch is under way."),
    ]

    private static let costs: [ConfigurationKey] = [
        .group(
            "costs", .optional, "What agent tasks cost, by estimate, and what they may. See [audit.md](audit.md#costs)."
        ),
        .value(
            "costs.priceBook", .text(maximum: 4_096), .optional,
            "A YAML file of prices, like `deploy/costs/price-book.yaml`. Absent: that one, as it was built in."),
        ConfigurationKey(
            pattern: "costs.budgets[]", type: .groups(1...500), presence: .optional, isInherited: false,
            help: "What projects may cost in a calendar month (UTC)."),
        .value(
            "costs.budgets[].project", .text(maximum: 256), .required,
            "The project's name or id. Each only once."),
        .value(
            "costs.budgets[].monthly", .text(maximum: 20), .required,
            "In the price book's currency, such as `250` or `99.50`. At 80 % and at 100 % there is a warning in the log and a "
                + "record in the ledger, once a month each."),
        .value(
            "costs.budgets[].when", .choice(Budget.WhenSpent.allCases.map(\.rawValue)), .defaulted("warn"),
            "What else follows at 100 %. `warn`: nothing. `hold`: no launches are made for the project until the month is "
                + "over; its jobs wait, with that reason."),
    ]

    private static let log: [ConfigurationKey] = [
        .group("log", .optional, "What the server writes to standard error."),
        .value(
            "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            .defaulted("info"), "The least important level that is written."),
    ]

    private static let pools: [ConfigurationKey] = [
        .groups("pools", 1...50, "The agent pools that Slipway serves."),
        .value("pools[].name", .text(maximum: 256), .required, "The pool's name in the organization. Each only once."),
        .value(
            "pools[].sweepSeconds", .integer(1...3_600), .defaulted("30"),
            "How often the pool is read when nothing is known to happen: the longest that a lost hook delays a job. "
                + "While agents have jobs it is read every 10 s at least, and while a job waits every 2 s. Placeholders are looked at as often, once a minute at least."
        ),
        .value(
            "pools[].maximumAgents", .integer(1...10_000), .defaulted("1000"),
            "Launches that may be open at once, over all profiles of the pool. At the limit projects take turns: the one "
                + "with the fewest agents is next."),
        .value(
            "pools[].maximumAgentsPerProject", .integer(1...10_000), .optional,
            "Launches that may be open at once on behalf of one project."),
        .value(
            "pools[].whenGivenUp", .choice(GivenUp.allCases.map(\.rawValue)), .defaulted("leave"),
            "What becomes of the pipeline run when launches for one of its jobs have failed so often that no more are made: "
                + "the job stays queued, the run gets the build tag `\(GivenUp.runTag)`, or it is cancelled. The token needs "
                + "Build (read & execute) for the last two."),
        .value(
            "pools[].whenInterrupted", .choice(WhenInterrupted.allCases.map(\.rawValue)), .defaulted("leave"),
            "What becomes of a pipeline's stage when Spot capacity was taken back under its jobs: it fails, or its interrupted "
                + "jobs are run again once, unless another job of it failed by itself. Their new agents are not put on "
                + "`FARGATE_SPOT` where the profile has another placement. The token needs Build (read & execute)."),
        .value(
            "pools[].placeholders", .choice(PlaceholderPolicy.allCases.map(\.rawValue)), .defaulted("manage"),
            "Azure DevOps fails a job at once when no registered agent satisfies its demands. `manage`: Slipway keeps an offline "
                + "registration, `\(Placeholder.namePrefix)…`, for each demand set of the profiles that no other offline agent "
                + "satisfies. The token needs Agent Pools (read & manage). `leave`: you keep them yourself. See "
                + "[agent-task.md](agent-task.md#placeholders)."),
        .groups(
            "pools[].profiles", 1...50,
            "How kinds of jobs are served. A key that a profile lacks is taken from the pool's first profile, except "
                + "`name`, `demands` and `warm`."),
    ]

    private static let profiles: [ConfigurationKey] = [
        .value(
            "pools[].profiles[].name", .name(others: "-_.", maximum: 64), .required,
            "The profile's name. Each only once in a pool."),
        .value(
            "pools[].profiles[].demands", .demands(1...20), .optional,
            "What its agents have beyond the ordinary, as a pipeline demands it: `name` or `name -equals value`. A job "
                + "gets the profile with the fewest of these that satisfies all its demands."),
        .value(
            "pools[].profiles[].registration", .choice(RegistrationForm.allCases.map(\.rawValue)), .optional,
            inherited: true,
            "How its agents are registered. `preregistered`: Slipway does it with a key that the container makes, and no token "
                + "of the organization comes near a job; for the image of `deploy/agent` on Linux. `self`: the container does "
                + "it, with AZP_TOKEN from the task definition's secrets; needed on Windows. Absent: `preregistered` where "
                + "`claims` is set, else `self`."),
        .value(
            "pools[].profiles[].taskDefinition", .name(others: "-_:/", maximum: 512), .required, inherited: true,
            "Family (its latest active revision), `family:revision` or ARN."),
        .value(
            "pools[].profiles[].container", .name(others: "-_", maximum: 255), .required, inherited: true,
            "The container of the task definition that runs the agent."),
        .value(
            "pools[].profiles[].cpu", .integer(128...196_608), .optional, inherited: true,
            "CPU units, 1024 for one vCPU. Absent: the task definition's own."),
        .value(
            "pools[].profiles[].memory", .integer(128...2_097_152), .optional, inherited: true,
            "MiB. Absent: the task definition's own. Fargate takes certain pairs of `cpu` and `memory` only."),
        .value(
            "pools[].profiles[].ephemeralStorageGiB", .integer(21...200), .optional, inherited: true,
            "GiB of disk, on Fargate for Linux. Absent: the task definition's own."),
        .value(
            "pools[].profiles[].maximumAgents", .integer(1...10_000), .defaulted("50"), inherited: true,
            "Launches of this profile that may be open at once."),
        .value(
            "pools[].profiles[].maximumReplacements", .integer(0...20), .defaulted("3"), inherited: true,
            "Further launches for a job whose launch failed, before it is given up with a reason."),
    ]

    private static let warm: [ConfigurationKey] = [
        .groups(
            "pools[].profiles[].warm", 1...20, presence: .optional,
            "Agents that are kept online for jobs to come, which then start at once. Of windows that are open together the one "
                + "with the most agents counts; a job that takes one has another follow. They cost as much as busy ones. See "
                + "[capacity.md](capacity.md)."),
        .value(
            "pools[].profiles[].warm[].agents", .integer(1...1_000), .required,
            "How many agents are online without a job."),
        .value(
            "pools[].profiles[].warm[].days", .weekdays, .defaulted("mon-sun"), "The days on which the window begins."),
        .value("pools[].profiles[].warm[].from", .timeOfDay, .defaulted("00:00"), "When it begins."),
        .value(
            "pools[].profiles[].warm[].to", .timeOfDay, .defaulted("24:00"),
            "When it ends; on the next day, if that isn't after `from`."),
        .value(
            "pools[].profiles[].warm[].timeZone", .timeZone, .defaulted("UTC"),
            "Whose clock is meant. Where it is put forward or back, the window goes along."),
    ]

    private static let bookable: [ConfigurationKey] = [
        .group(
            "pools[].profiles[].largest", .optional, inherited: true,
            "The largest size that a pipeline may ask for with the extension's task. Absent: the profile's own."),
        .value(
            "pools[].profiles[].largest.cpu", .integer(128...196_608), .optional, inherited: true, "CPU units."),
        .value(
            "pools[].profiles[].largest.memory", .integer(128...2_097_152), .optional, inherited: true, "MiB."),
        .value(
            "pools[].profiles[].largest.ephemeralStorageGiB", .integer(21...200), .optional, inherited: true, "GiB."),
        .groups(
            "pools[].profiles[].images", 1...50, presence: .optional, inherited: true,
            "Images that a pipeline may ask for instead of the profile's own. Amazon ECS takes an image with its task "
                + "definition only, so each names one."),
        .value(
            "pools[].profiles[].images[].name", .name(others: "-_./", maximum: 128), .required,
            "What pipelines call it. Each only once in a profile."),
        .value(
            "pools[].profiles[].images[].taskDefinition", .name(others: "-_:/", maximum: 512), .required,
            "A task definition that has the profile's `container`: family, `family:revision` or ARN."),
    ]

    private static let deadlines: [ConfigurationKey] = [
        .group(
            "pools[].profiles[].deadlines", .optional, inherited: true, "How long a launch may stay in each state."),
        deadline(
            "startSeconds", 900, maximum: 3_000,
            "Until ECS has accepted the agent task, over all attempts; then another launch follows. At most 3000: after a restart a call is repeated only while ECS surely knows its token, which it forgets an hour after the agent task has stopped."
        ),
        deadline("onlineSeconds", 600, "From the accepted agent task until its agent is online."),
        deadline("idleSeconds", 300, "An online agent without a job."),
        deadline(
            "busySeconds", 86_400,
            "After this a busy agent is reported as overdue. Slipway never stops it for that; its image may: "
                + "SLIPWAY_MAXIMUM_MINUTES, in deploy/agent/README.md."),
        deadline("leaveSeconds", 120, "After its job, for the agent to leave by itself."),
        deadline("surplusSeconds", 60, "A launch whose job is gone, before it counts as surplus."),
        .value(
            "pools[].profiles[].deadlines.warmSeconds", .integer(300...43_200), .defaulted("14400"), inherited: true,
            "An agent that is kept warm, before a fresh one takes its place."),
    ]

    private static func deadline(
        _ name: String, _ seconds: Int, maximum: Int = 1_209_600, _ help: String
    ) -> ConfigurationKey {
        .value(
            "pools[].profiles[].deadlines.\(name)", .integer(1...maximum), .defaulted("\(seconds)"), inherited: true,
            help)
    }

    private static let placements: [ConfigurationKey] = [
        .groups(
            "pools[].profiles[].placements", 1...10, inherited: true,
            "Where its agent tasks may run: a ladder, tried in order. Each rung names a `capacityProvider` or a `launchType`."
        ),
        .value(
            "pools[].profiles[].placements[].capacityProvider", .name(others: "-_", maximum: 255), .optional,
            "A capacity provider of the cluster, such as `FARGATE_SPOT`."),
        .value(
            "pools[].profiles[].placements[].launchType", .choice(["FARGATE", "EC2", "EXTERNAL"]), .optional,
            "A launch type, instead of a capacity provider."),
        .value(
            "pools[].profiles[].placements[].subnets", .texts(1...16), .optional,
            "Subnets of one VPC, best in several zones. Required on Fargate."),
        .value(
            "pools[].profiles[].placements[].securityGroups", .texts(1...5), .optional,
            "Security groups of the agent task. Absent: the VPC's default one."),
        .value(
            "pools[].profiles[].placements[].assignPublicIP", .flag, .defaulted("false"),
            "Whether the agent task gets a public address. Needed in a subnet without a NAT gateway."),
        .value(
            "pools[].profiles[].placements[].platformVersion", .name(others: ".", maximum: 16), .optional,
            "Fargate's platform version. Absent: LATEST."),
    ]
}
