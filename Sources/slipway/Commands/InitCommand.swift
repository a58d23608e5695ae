internal import AWSClient
internal import ArgumentParser
internal import AzureDevOps
internal import Foundation

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented configuration, with what can be found out.",
        discussion: """
            What no flag says is looked up where credentials are at hand: the pool with AZP_TOKEN or --token-file; the \
            cluster, the task definition, its container and its network with what every AWS tool finds. If several things \
            could be meant they are listed, and nothing is written. What can't be found out is marked TO FILL IN.

            Makes new secrets for the hooks and the claims beside the file, which only you can read; those that are there \
            stay. Exit code 69 if a service can't be had, 1 if one refuses; the file is written all the same.

            Examples:
              slipway init --organization https://dev.azure.com/fabrikam
              slipway init --config /etc/slipway/slipway.yaml --pool ecs-linux
            """)

    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp("The file to write.", valueName: "file"))
    var path = "slipway.yaml"

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Flag(help: "Ask no service.")
    var offline = false

    @Option(help: ArgumentHelp("The organization's URL. Else AZP_URL.", valueName: "url"))
    var organization: String?

    @Option(help: ArgumentHelp("The agent pool. Else AZP_POOL.", valueName: "name"))
    var pool: String?

    @Option(help: ArgumentHelp("File with the organization's token. Else AZP_TOKEN_FILE.", valueName: "file"))
    var tokenFile: String?

    @Option(help: ArgumentHelp("Where Azure DevOps reaches the server.", valueName: "url"))
    var publicURL: String?

    @Option(help: ArgumentHelp("The server's certificate, in PEM.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("Its private key, in PEM.", valueName: "file"))
    var privateKey: String?

    @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
    var store: String?

    @Option(help: ArgumentHelp("The region. Else that of every AWS tool.", valueName: "name"))
    var region: String?

    @Option(help: ArgumentHelp("One endpoint for every AWS service: a proxy, or a simulator.", valueName: "url"))
    var endpoint: String?

    @Option(help: ArgumentHelp("The cluster.", valueName: "name"))
    var cluster: String?

    @Option(help: ArgumentHelp("The family of the agents' task definition.", valueName: "name"))
    var taskDefinition: String?

    @Option(help: ArgumentHelp("The container in it that runs the agent.", valueName: "name"))
    var container: String?

    @Option(
        name: .customLong("subnet"), help: ArgumentHelp("A subnet of the agents. May be repeated.", valueName: "id"))
    var subnets: [String] = []

    @Option(
        name: .customLong("security-group"),
        help: ArgumentHelp("A security group of the agents. May be repeated.", valueName: "id"))
    var securityGroups: [String] = []

    @Flag(help: "Give agent tasks a public address, as in a subnet without a NAT gateway.")
    var assignPublicIP = false

    func run() async throws {
        let output = Output.standard
        let environment = ProcessInfo.processInfo.environment
        let given = given(environment)
        let files = InitFiles(given: given, replaces: force)
        try files.check()
        output.progress("looking …")
        let facts = offline ? InitFacts() : try await look(given, environment)
        output.clearProgress()
        let answers = InitAnswers(given, facts)
        guard answers.ambiguities.isEmpty else {
            throw CommandFailure(.usage, (answers.ambiguities + ["nothing was written"]).joined(separator: "\n"))
        }
        let template = InitTemplate(answers: answers)
        // A flag's value that the server would refuse is refused here, by the same rules.
        _ = try ConfigurationLoader(environment: [:]).load(Array(template.text.utf8), file: given.path)
        let written = try files.write(template.text, usesClaims: template.usesClaims)
        let report = DoctorReport(results: facts.looks + answers.results + files.missing + written)
        try output.write(report.text)
        output.message("Next: slipway doctor --config \(harmless(ShellWord.quoted(path)))")
        if report.status != .fine { throw CommandFailure(report.status) }
    }

    private func given(_ environment: [String: String]) -> InitGiven {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path(percentEncoded: false) }
        return InitGiven(
            path: absolute(path), organization: organization ?? variable("AZP_URL"), pool: pool ?? variable("AZP_POOL"),
            region: region, cluster: cluster, taskDefinition: taskDefinition, container: container, subnets: subnets,
            securityGroups: securityGroups, assignsPublicIP: assignPublicIP, publicURL: publicURL,
            certificate: certificate.map(absolute),
            privateKey: privateKey.map(absolute),
            tokenFile: (tokenFile ?? variable("AZP_TOKEN_FILE")).map(absolute), storePath: store.map(absolute),
            endpoint: endpoint)
    }

    private func look(_ given: InitGiven, _ environment: [String: String]) async throws -> InitFacts {
        let token = try await token(given, environment)
        return try await withHTTPClient(AWSClient.httpClientConfiguration) { awsHTTP in
            try await withHTTPClient(AzureDevOpsClient.httpClientConfiguration) { azureHTTP in
                let services = InitServices.live(
                    given, token: token, awsHTTP: awsHTTP, azureHTTP: azureHTTP, environment: environment,
                    logger: ServerLog.quiet)
                return await InitDiscovery(given, services).facts()
            }
        }
    }

    /// nil: there is none. One that is named and can't be read is an error.
    private func token(_ given: InitGiven, _ environment: [String: String]) async throws -> SecretText? {
        let reference: SecretReference
        if let file = given.tokenFile {
            reference = .file(file)
        } else if environment["AZP_TOKEN"]?.isEmpty == false {
            reference = .environment("AZP_TOKEN")
        } else if FileManager.default.fileExists(atPath: given.tokenPath) {
            reference = .file(given.tokenPath)
        } else {
            return nil
        }
        do throws(Complaint) {
            return try await SecretReader(environment: environment) { _ in "" }.read(reference)
        } catch {
            throw CommandFailure(.usage, harmless("\(error.found); \(error.mend)"))
        }
    }
}
