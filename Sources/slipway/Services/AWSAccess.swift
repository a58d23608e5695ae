internal import AWSClient
internal import AsyncHTTPClient
internal import Foundation
internal import Logging

/// AWS as a configuration describes it, with the credentials that every AWS tool would find here.
enum AWSAccess {
    /// - Parameter httpClient: made with `AWSClient.httpClientConfiguration`; stays the caller's.
    static func client(
        _ configuration: SlipwayConfiguration.AWS, httpClient: HTTPClient,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        onAttempt: (@Sendable (AWSCallReport) -> Void)? = nil, logger: Logger
    ) throws -> AWSClient {
        let settings = try AWSSettings(
            variables: variables(configuration, environment), homeDirectory: NSHomeDirectory())
        return settings.client(
            region: try AWSRegion(configuration.region), httpClient: httpClient, onAttempt: onAttempt, logger: logger)
    }

    /// The queue of task state changes, if there is one, by a client of its own: what is allowed to fail there takes
    /// nothing from the calls of ECS. Its region is the one in its URL, or else the cluster's.
    static func eventQueue(
        _ configuration: SlipwayConfiguration.AWS, httpClient: HTTPClient,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        onAttempt: (@Sendable (AWSCallReport) -> Void)? = nil, logger: Logger
    ) throws -> SQSClient? {
        guard let url = configuration.eventQueueURL else { return nil }
        let queue = try SQSQueue(url)
        let settings = try AWSSettings(
            variables: variables(configuration, environment), homeDirectory: NSHomeDirectory())
        let client = settings.client(
            region: try queue.region ?? AWSRegion(configuration.region), httpClient: httpClient,
            responseBodyMaximumBytes: SQSClient.responseBodyMaximumBytes, onAttempt: onAttempt, logger: logger)
        return SQSClient(client: client, queue: queue)
    }

    /// `aws.endpoint` is for every service, so it stands in for each variable that could name another one.
    private static func variables(
        _ configuration: SlipwayConfiguration.AWS, _ environment: [String: String]
    ) -> [String: String] {
        guard let endpoint = configuration.endpoint else { return environment }
        var variables = environment.filter { !$0.key.hasPrefix("AWS_ENDPOINT_URL") }
        variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = nil
        variables["AWS_ENDPOINT_URL"] = endpoint
        return variables
    }
}

extension SecretReader {
    /// Reads secrets for real; AWS is spoken to only if one is there.
    static func live(
        _ configuration: SlipwayConfiguration,
        environment: [String: String] = ProcessInfo.processInfo.environment, logger: Logger
    ) -> SecretReader {
        SecretReader(environment: environment) { id in
            try await withHTTPClient(AWSClient.httpClientConfiguration) { httpClient in
                let client = try AWSAccess.client(
                    configuration.aws, httpClient: httpClient, environment: environment, logger: logger)
                guard let text = try await SecretsManagerClient(client: client).getSecretValue(id).text else {
                    throw CommandFailure(.notSo, "it is binary, not text")
                }
                return text
            }
        }
    }
}
