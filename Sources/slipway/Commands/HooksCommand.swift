internal import ArgumentParser
internal import AzureDevOps
internal import Foundation
internal import SlipwayAzurePipelines
internal import SlipwayCore
internal import SlipwayReceiver
internal import SlipwaySQLite

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

struct HooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hooks", abstract: "Create, look at, test and remove the service hook subscriptions.",
        subcommands: [HooksInstallCommand.self, HooksListCommand.self, HooksTestCommand.self, HooksRemoveCommand.self])
}

struct HooksInstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Create the subscriptions that projects need, each once.",
        discussion: """
            Each project needs five. One that is there and enabled is left. One that is disabled, on probation, or not as \
            Slipway makes it is replaced, a double is removed, and why is told. So it may be run again at any time.

            Without --project and --all-projects: the projects that have a subscription to the receiver; if none has, \
            the only project there is. New ones get the first of the configured passwords, or header values.

            Azure DevOps does not tell what password a subscription has. After a change of it, give --renew.

            Examples:
              slipway hooks install --project shipyard --dry-run
              slipway hooks install --project shipyard --project drydock
              slipway hooks install --renew
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(
        name: .customLong("project"),
        help: ArgumentHelp("A project, by name or id. May be repeated.", valueName: "name"))
    var projects: [String] = []

    @Flag(help: "Every project whose pipelines can use a configured pool.")
    var allProjects = false

    @Flag(help: "Replace those that are in order too, so that they get the configured password.")
    var renew = false

    @Flag(help: "Tell what would be done, and do nothing.")
    var dryRun = false

    func validate() throws {
        guard projects.isEmpty || !allProjects else {
            throw ValidationError("Give --project or --all-projects, not both.")
        }
    }

    func run() async throws {
        let loaded = try options.load()
        try await HooksAccess.with(loaded) { services in
            let output = Output.standard
            let choice = HookProjects(services: services, output: output)
            // Before the survey: a wrong name is told at once.
            let named = try await choice.named(projects)
            let surveyed = try await services.survey()
            let chosen =
                allProjects
                ? try await choice.all() : named.isEmpty ? try await choice.watched(surveyed) : named
            let plans = chosen.map { HookPlan($0, surveyed, renews: renew) }
            try await HookRecorder.with(
                storeAt: loaded.configuration.store.path, command: "hooks install", identity: services.identity,
                output: output
            ) { recorder in
                try await HookInstallation(services: services, output: output, isDryRun: dryRun, recorder: recorder)
                    .run(plans)
            }
        }
    }
}

struct HooksListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the subscriptions to the receiver, and how their last notification went.",
        discussion: """
            Subscriptions to another path of the receiver's host are listed too, as not Slipway's; no command touches \
            them.

            Examples:
              slipway hooks list --config slipway.yaml
              slipway hooks list --json | jq '.subscriptions[] | .status'
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .customLong("project"), help: ArgumentHelp("Only this project. May be repeated.", valueName: "name"))
    var projects: [String] = []

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    func run() async throws {
        let loaded = try options.load()
        try await HooksAccess.with(loaded) { services in
            let output = Output.standard
            let named = try await HookProjects(services: services, output: output).named(projects)
            let list = try await HookList.read(services, projects: projects.isEmpty ? nil : named)
            try output.write(isJSON ? JSONText.of(list.resource) : list.text(now: SystemInstant.now))
            for remark in list.remarks { output.message(remark) }
        }
    }
}

struct HooksTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Have Azure DevOps send a test notification for each subscription, and wait for it.",
        discussion: """
            Waits until the ledger of this configuration's store shows the delivery, or Azure DevOps says that it failed. \
            Where there is no such store, as on another machine than the server's, the word of Azure DevOps is taken.

            Azure DevOps doesn't tell what password a subscription has, so the test is sent with the configured one. It \
            proves the way to the receiver and the configured password, not the one in the subscription: that one is \
            proved by the last notification in slipway hooks list. Exit code 1 if a test fails.

            Examples:
              slipway hooks test --project shipyard
              slipway hooks test --timeout 60 --json
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .customLong("project"), help: ArgumentHelp("Only this project. May be repeated.", valueName: "name"))
    var projects: [String] = []

    @Option(help: ArgumentHelp("How long to wait for each, 1 to 600.", valueName: "seconds"))
    var timeout = 30

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    func validate() throws {
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout takes 1 to 600 seconds.") }
    }

    func run() async throws {
        let loaded = try options.load()
        let path = loaded.configuration.store.path
        // A server may run on another machine.
        guard FileManager.default.fileExists(atPath: path) else { return try await test(loaded, nil) }
        try await StoreReader.with(path: path) { try await test(loaded, $0) }
    }

    private func test(_ loaded: ConfigurationLoader.Loaded, _ reader: StoreReader?) async throws {
        try await HooksAccess.with(loaded, answersWithin: timeout) { services in
            try await test(services, reader, .standard)
        }
    }

    private func test(_ services: HookServices, _ reader: StoreReader?, _ output: Output) async throws {
        let choice = HookProjects(services: services, output: output)
        let ids = Set(try await choice.named(projects).map(\.id))
        let ours = try await services.survey().filter { $0.elsewhere == nil }.map(\.subscription).filter {
            ids.isEmpty || ids.contains($0.subject.projectID?.lowercased() ?? "")
        }
        guard !ours.isEmpty else {
            throw CommandFailure(
                .notSo, "no subscription sends to \(harmless(services.receiverURL)): slipway hooks install")
        }
        guard ours.count <= HookTest.maximum else {
            throw CommandFailure(
                .usage, "\(ours.count) subscriptions are more than the \(HookTest.maximum) of one test: give --project")
        }
        if reader == nil {
            output.message("There is no store of a server here, so the word of Azure DevOps is taken.")
        }
        let names = await choice.names()
        let test = HookTest(services: services, ledger: reader.map { HookLedger($0) }, timeoutSeconds: timeout)
        var verdicts: [HookTest.Verdict] = []
        for subscription in ours {
            let project = subscription.subject.projectID.map { names[$0.lowercased()] ?? $0 }
            let verdict = try await test.verdict(on: subscription, project: project)
            verdicts.append(verdict)
            if !isJSON { try output.line(verdict.text) }
            // The next ones would wait as long for nothing.
            if verdict.isUnreachable { break }
        }
        if isJSON { try output.write(JSONText.of(verdicts)) }
        output.message(
            "The tests carried the configured credentials. Those of the subscriptions are not told: their last notification in "
                + "slipway hooks list shows whether they are right.")
        if verdicts.contains(where: \.isUnreachable) { throw CommandFailure(.unreachable) }
        if !verdicts.allSatisfy(\.isOK) { throw CommandFailure(.notSo) }
    }
}

struct HooksRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete the subscriptions to the receiver.",
        discussion: """
            Only those whose target is the receiver, whoever made them; never others. Jobs are still served: the sweep \
            finds them. It asks before it deletes; where nobody can be asked, --yes is needed.

            Examples:
              slipway hooks remove --project shipyard
              slipway hooks remove --yes
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .customLong("project"), help: ArgumentHelp("Only this project. May be repeated.", valueName: "name"))
    var projects: [String] = []

    @Flag(help: "Don't ask.")
    var yes = false

    func run() async throws {
        let loaded = try options.load()
        let output = Output.standard
        if loaded.configuration.hooks.repair {
            output.message(
                "slipway: warning: hooks.repair is true, so a running server makes them anew: set it to false and restart first"
            )
        }
        try await HooksAccess.with(loaded) { services in
            let named = try await HookProjects(services: services, output: output).named(projects)
            try await HookRecorder.with(
                storeAt: loaded.configuration.store.path, command: "hooks remove", identity: services.identity,
                output: output
            ) { recorder in
                try await HookRemoval(
                    services: services, output: output, recorder: recorder, isConfirmed: yes,
                    ask: isatty(STDIN_FILENO) == 1 ? Self.ask : nil
                ).run(projects.isEmpty ? nil : named)
            }
        }
    }

    private static func ask(_ question: String) -> Bool {
        Output.standard.writeMessage(question)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}

/// Azure DevOps, for a command about the hooks.
enum HooksAccess {
    /// - Parameter seconds: how long a call may take; nil: as usual for a command.
    static func with(
        _ loaded: ConfigurationLoader.Loaded, answersWithin seconds: Int? = nil,
        _ body: (HookServices) async throws -> Void
    ) async throws {
        let configuration = loaded.configuration
        let url = try receiverURL(loaded)
        let logger = ServerLog.quiet
        let secrets = try await loaded.secrets(.live(configuration, logger: logger))
        // What the server would refuse is not given to a subscription.
        _ = try HookCredentials(configuration.hooks, secrets)
        var patience = AzureDevOpsAccess.briefPatience
        if let seconds { patience.attemptTimeout = max(patience.attemptTimeout, .seconds(seconds)) }
        try await withHTTPClient(AzureDevOpsClient.httpClientConfiguration) { httpClient in
            let client = try AzureDevOpsAccess.client(
                configuration.azureDevOps, secrets.azureDevOps, httpClient: httpClient, patience: patience,
                logger: logger)
            try await body(.live(configuration, secrets, receiverURL: url, client: client))
        }
    }

    private static func receiverURL(_ loaded: ConfigurationLoader.Loaded) throws -> String {
        let file = loaded.source.fileName
        guard let url = loaded.configuration.receiver.hookURL else {
            throw ConfigurationErrors(
                ConfigurationError(
                    place: file, key: "receiver.publicURL", found: "it is missing, so nobody knows where hooks go",
                    mend: "set it to where Azure DevOps reaches the receiver, such as https://slipway.example.com"))
        }
        guard url.lowercased().hasPrefix("https://") else {
            throw ConfigurationErrors(
                ConfigurationError(
                    place: file, key: "receiver.publicURL", found: "Azure DevOps sends credentials over https alone",
                    mend: "write https://…"))
        }
        return url
    }
}
