public import AsyncHTTPClient
internal import Foundation
public import Logging

/// The settings that AWS's own tools read: environment variables and the shared files. From them come the region, the
/// endpoints, the credential chain and so a client. The environment and the home directory are passed in.
public struct AWSSettings: Sendable {
    /// `AWS_PROFILE`, or the one named in code, or `default`.
    public let profileName: String
    public let endpoints: AWSEndpoints
    public let clientConfiguration: AWSClient.Configuration
    private let variables: [String: String]
    private let credentialsFilePath: String
    private let configFilePath: String
    private let profileRegion: String?
    private let isProfileNamed: Bool
    private let isProfileNamedInCode: Bool

    /// Reads the files once, for region and endpoints; credentials read them anew at each refresh.
    ///
    /// - Parameters:
    ///   - variables: the environment, such as `ProcessInfo.processInfo.environment`.
    ///   - profile: a profile named in Slipway's own configuration. It switches credentials from environment variables
    ///     off, as AWS has it; `AWS_PROFILE` alone does not.
    /// - Throws: `CredentialError` when a file can't be read, `AWSError` (`invalidConfiguration`) when a setting is
    ///   wrong.
    public init(variables: [String: String], homeDirectory: String, profile: String? = nil) throws {
        func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.variables = variables
        self.credentialsFilePath = variable("AWS_SHARED_CREDENTIALS_FILE") ?? "\(homeDirectory)/.aws/credentials"
        self.configFilePath = variable("AWS_CONFIG_FILE") ?? "\(homeDirectory)/.aws/config"
        self.profileName = profile ?? variable("AWS_PROFILE") ?? "default"
        self.isProfileNamed = profile != nil || variable("AWS_PROFILE") != nil
        self.isProfileNamedInCode = profile != nil
        let profiles = try ProfileSet.load(
            credentialsPath: self.credentialsFilePath, configPath: self.configFilePath
        )
        self.profileRegion = profiles.profile(named: self.profileName)?["region"]
        self.endpoints = try AWSEndpoints(
            variables: variables, profiles: profiles, profileName: self.profileName
        )
        var configuration = AWSClient.Configuration()
        if let text = variable("AWS_MAX_ATTEMPTS") {
            guard let attempts = Int(text), (1...20).contains(attempts) else {
                throw AWSError.invalidConfiguration("AWS_MAX_ATTEMPTS is not a number from 1 to 20.")
            }
            configuration.attemptsMaximum = attempts
        }
        self.clientConfiguration = configuration
    }

    /// The region: given, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, or that of the EC2 instance.
    ///
    /// - Throws: `AWSError` (`invalidConfiguration`) when there is none, or what is given is no region's name.
    public func region(
        given: String? = nil, httpClient: HTTPClient, runtime: AWSRuntime = .system, logger: Logger
    ) async throws -> AWSRegion {
        let configured = [
            given, self.variables["AWS_REGION"], self.variables["AWS_DEFAULT_REGION"], self.profileRegion,
        ]
        if let name = configured.compactMap({ $0 }).first(where: { !$0.isEmpty }) { return try AWSRegion(name) }
        // The region here is for STS, which instance metadata doesn't ask.
        let context = context(
            region: try AWSRegion("us-east-1"), httpClient: httpClient, runtime: runtime, logger: logger
        )
        do {
            let metadata = try InstanceMetadata(context: context)
            let token = try await metadata.token()
            if let name = try await metadata.get("/latest/meta-data/placement/region", token: token) {
                return try AWSRegion(name)
            }
        } catch let error as CredentialError {
            logger.debug("no region from instance metadata", metadata: ["error": "\(error)"])
        }
        throw AWSError.invalidConfiguration(
            "No AWS region is set. Set aws.region, AWS_REGION, or region in profile \(self.profileName)."
        )
    }

    /// The chain in the order of AWS's SDKs: environment, web identity, profile, container, instance; with a cache in
    /// front.
    public func credentials(
        region: AWSRegion, httpClient: HTTPClient, runtime: AWSRuntime = .system, logger: Logger
    ) -> CredentialCache {
        let context = context(region: region, httpClient: httpClient, runtime: runtime, logger: logger)
        let profile = ProfileCredentials(
            context: context, profileName: self.profileName, isNamed: self.isProfileNamed
        )
        let environment: [any CredentialProvider] =
            self.isProfileNamedInCode
            ? [] : [EnvironmentCredentials(context: context), EnvironmentWebIdentityCredentials(context: context)]
        let chain = CredentialChain(
            environment + [
                profile, ContainerCredentials(context: context), InstanceMetadataCredentials(context: context),
            ]
        )
        return CredentialCache(chain, runtime: runtime, logger: logger)
    }

    /// A client with all of this.
    ///
    /// - Parameters:
    ///   - responseBodyMaximumBytes: nil: that of `clientConfiguration`.
    ///   - onAttempt: see `AWSClient.Configuration`.
    public func client(
        region: AWSRegion, httpClient: HTTPClient, responseBodyMaximumBytes: Int? = nil,
        onAttempt: (@Sendable (AWSCallReport) -> Void)? = nil, runtime: AWSRuntime = .system, logger: Logger
    ) -> AWSClient {
        var configuration = self.clientConfiguration
        configuration.onAttempt = onAttempt
        if let responseBodyMaximumBytes { configuration.responseBodyMaximumBytes = responseBodyMaximumBytes }
        return AWSClient(
            region: region,
            credentials: credentials(region: region, httpClient: httpClient, runtime: runtime, logger: logger),
            httpClient: httpClient, endpoints: self.endpoints, configuration: configuration,
            runtime: runtime, logger: logger
        )
    }

    private func context(
        region: AWSRegion, httpClient: HTTPClient, runtime: AWSRuntime, logger: Logger
    ) -> CredentialContext {
        CredentialContext(
            variables: self.variables, credentialsFilePath: self.credentialsFilePath,
            configFilePath: self.configFilePath, region: region, endpoints: self.endpoints,
            exchange: AsyncHTTPExchange(client: httpClient), runtime: runtime, logger: logger
        )
    }
}

/// The environment may hold keys.
extension AWSSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "AWSSettings(profile \(self.profileName), redacted)" }

    public var debugDescription: String { self.description }

    public var customMirror: Mirror { Mirror(self, children: ["profileName": self.profileName]) }
}
