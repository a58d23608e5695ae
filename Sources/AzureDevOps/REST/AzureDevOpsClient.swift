public import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore

/// A client of the Azure DevOps REST API, for one organization and one identity.
///
/// Each call is bounded in time and size, obeys the service's rate limits and repeats itself after a passing failure if
/// that is safe. A call throws ``AzureDevOpsError``, or `CancellationError` if its task is cancelled. It may be called from
/// anywhere; copies share the record of rate limits.
///
/// Redirects are never accepted as an answer. Make the HTTP client with ``httpClientConfiguration``, so that they are not
/// even followed.
public struct AzureDevOpsClient: Sendable {
    public struct Configuration: Sendable {
        /// Of one attempt, up to the last byte of the body. The service holds a throttled request back for up to 30 seconds
        /// before it answers, so a shorter time would make throttling look like an outage.
        public var attemptTimeout = Duration.seconds(45)
        public var maximumAttempts = 3
        public var firstBackoff = Duration.milliseconds(250)
        public var longestBackoff = Duration.seconds(8)
        /// The longest pause for a rate limit that a call waits out itself; a longer one fails it as throttled.
        public var longestWait = Duration.seconds(30)
        /// A pool's list of agents has some 2.5 kB for each.
        public var maximumAnswerBytes = 64 * 1024 * 1024
        /// Of one list, when the service answers it in pages.
        public var maximumPages = 100
        /// Told of each attempt that was not cancelled. Must return at once.
        public var onAttempt: (@Sendable (AzureDevOpsCallReport) -> Void)?

        public init() {}
    }

    public let organization: OrganizationURL
    let authenticator: any AzureDevOpsAuthenticator
    let configuration: Configuration
    let exchange: HTTPExchange
    let clock: AzureDevOpsClock
    let random: @Sendable () -> Double
    let gauge: RateLimitGauge
    let logger: Logger

    /// - Parameters:
    ///   - httpClient: stays the caller's to shut down.
    ///   - random: from 0 up to, not including, 1; spreads retries.
    public init(
        organization: OrganizationURL,
        authenticator: any AzureDevOpsAuthenticator,
        httpClient: HTTPClient,
        configuration: Configuration = Configuration(),
        clock: AzureDevOpsClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger
    ) {
        self.organization = organization
        self.authenticator = authenticator
        self.configuration = configuration
        self.exchange = HTTPExchange(
            client: httpClient,
            timeout: configuration.attemptTimeout,
            maximumAnswerBytes: configuration.maximumAnswerBytes
        )
        self.clock = clock
        self.random = random
        self.logger = logger
        gauge = RateLimitGauge()
    }

    init(
        _ other: AzureDevOpsClient, authenticator: any AzureDevOpsAuthenticator, gauge: RateLimitGauge,
        attemptTimeout: Duration
    ) {
        organization = other.organization
        self.gauge = gauge
        self.authenticator = authenticator
        var configuration = other.configuration
        configuration.attemptTimeout = attemptTimeout
        configuration.maximumAttempts = 1
        configuration.longestWait = .zero
        self.configuration = configuration
        exchange = HTTPExchange(
            client: other.exchange.client, timeout: attemptTimeout,
            maximumAnswerBytes: other.exchange.maximumAnswerBytes)
        clock = other.clock
        random = other.random
        logger = other.logger
    }

    /// What the latest answer with such headers said about the consumption; nil before the first.
    public var rateLimit: RateLimit? { gauge.latest }

    /// For the HTTP client that is passed in: redirects are not followed, since a token would travel along.
    public static var httpClientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        // Where a proxy speaks HTTP/1.1, eight by default would make calls wait for one another.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // A refused connection is an error at once, and the client's own retries see it; the pool would try again in
        // silence until the time to connect is up.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
