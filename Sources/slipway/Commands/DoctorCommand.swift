internal import AWSClient
internal import ArgumentParser
internal import AzureDevOps

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check every credential and setting, and say how to mend each.",
        discussion: """
            Reads only; changes nothing, unless --try is given. Exit code 1 if a check fails, 69 if nothing fails but a service can't be \
            reached, 2 if the configuration is wrong.

            Examples:
              slipway doctor --config slipway.yaml
              slipway doctor --config slipway.yaml --json | jq '.results[].findings[]'
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(name: .customLong("json"), help: "Print JSON.")
    var isJSON = false

    @Flag(
        name: .customLong("try"),
        help: "Also try what leaves a trace for a moment: an agent is registered in each pool and removed.")
    var tries = false

    func run() async throws {
        let output = Output.standard
        // Warnings are findings here, not messages.
        let loaded = try ConfigurationLoader().load(path: options.path)
        output.progress("checking …")
        let results = try await withHTTPClient(AWSClient.httpClientConfiguration) { awsHTTP in
            try await withHTTPClient(AzureDevOpsClient.httpClientConfiguration) { azureHTTP in
                let services = try DoctorServices.live(
                    loaded, awsHTTP: awsHTTP, azureHTTP: azureHTTP, logger: ServerLog.quiet)
                return await DoctorRun(DoctorChecks(loaded: loaded, services: services, tries: tries).all).results()
            }
        }
        output.clearProgress()
        let report = DoctorReport(results: results)
        try output.write(isJSON ? JSONText.of(report) : report.text)
        if report.status != .fine { throw CommandFailure(report.status) }
    }
}
