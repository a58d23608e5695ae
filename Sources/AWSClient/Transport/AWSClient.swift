public import AsyncHTTPClient
public import Foundation
public import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Sends calls to AWS in one region with one identity: signs each attempt, bounds it in time and size, tells failures
/// apart, and retries the ones that a retry may help. `ECSClient`, `SQSClient`, `EC2Client` and the others
/// are its faces.
///
/// Safe to share. Each client has its own retry quota, clock correction and key cache, so use one per region and
/// identity.
public final class AWSClient: Sendable {
    public struct Configuration: Sendable {
        /// Attempts of one call, the first included.
        public var attemptsMaximum = 3
        /// For one attempt, from connecting to the last byte of the answer.
        public var attemptTimeout: Duration = .seconds(15)
        /// Larger answers are refused.
        public var responseBodyMaximumBytes = 8 * 1_024 * 1_024
        public var userAgent = "slipway"
        /// Told of each attempt that was not cancelled. Must return at once.
        public var onAttempt: (@Sendable (AWSCallReport) -> Void)?

        public init() {}
    }

    public let region: AWSRegion
    private let credentials: any CredentialProvider
    private let sender: CallSender
    private let retryPolicy: RetryPolicy
    private let runtime: AWSRuntime
    private let logger: Logger
    private let budget = Mutex(RetryBudget())
    /// AWS's clock minus ours, as last measured. Seconds.
    private let clockOffsetSeconds = Mutex(0.0)
    private let onAttempt: (@Sendable (AWSCallReport) -> Void)?
    private let lastExpiration = Mutex<Date?>(nil)

    /// - Parameters:
    ///   - credentials: put a `CredentialCache` here; every attempt asks.
    ///   - httpClient: shared and shut down by the caller. Make it with `AWSClient.httpClientConfiguration`: following
    ///     redirects would carry a signed request elsewhere.
    public convenience init(
        region: AWSRegion, credentials: any CredentialProvider, httpClient: HTTPClient,
        endpoints: AWSEndpoints = AWSEndpoints(), configuration: Configuration = Configuration(),
        runtime: AWSRuntime = .system, logger: Logger
    ) {
        self.init(
            region: region, credentials: credentials, exchange: AsyncHTTPExchange(client: httpClient),
            endpoints: endpoints, configuration: configuration, runtime: runtime, logger: logger
        )
    }

    init(
        region: AWSRegion, credentials: any CredentialProvider, exchange: any HTTPExchange,
        endpoints: AWSEndpoints = AWSEndpoints(), configuration: Configuration = Configuration(),
        runtime: AWSRuntime = .system, logger: Logger
    ) {
        self.region = region
        self.credentials = credentials
        self.sender = CallSender(
            region: region, endpoints: endpoints, exchange: exchange, configuration: configuration, runtime: runtime,
            logger: logger
        )
        self.retryPolicy = RetryPolicy(attemptsMaximum: max(1, configuration.attemptsMaximum))
        self.runtime = runtime
        self.logger = logger
        self.onAttempt = configuration.onAttempt
    }

    /// When the credentials that were last signed with end; nil: never, or none were used yet.
    public var credentialsExpiration: Date? { self.lastExpiration.withLock { $0 } }

    /// What an `HTTPClient` for AWS needs: no redirects, and a failed connection reported at once rather than tried
    /// again behind our back.
    public static var httpClientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5))
        )
        configuration.connectionPool.retryConnectionEstablishment = false
        // Eight by default, for calls of every kind together: RunTask, which takes a second at times, would have to wait for
        // a connection, and could never be called as often as its quota allows.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
        // What AWS's own SDKs speak to these services.
        configuration.httpVersion = .http1Only
        return configuration
    }
}

extension AWSClient {
    /// Performs a call and decodes its JSON answer.
    func json<Output: Decodable & Sendable>(_ call: AWSCall, as type: Output.Type) async throws -> Output {
        try await perform(call) { try AWSJSON.decode(type, from: $0.body) }
    }

    /// Performs a call: attempts, pauses between them, what they mend.
    ///
    /// - Throws: `AWSError`, or `CancellationError` when the task is cancelled, also during a pause.
    func perform<Output: Sendable>(
        _ call: AWSCall, decode: @Sendable (AWSAnswer) throws -> Output
    ) async throws -> Output {
        var progress = CallProgress()
        while true {
            try Task.checkCancellation()
            let credentials = try await currentCredentials(for: call)
            do {
                let output = try await reporting(call) {
                    try await self.sender.send(
                        call, credentials: credentials, clockOffsetSeconds: self.clockOffsetSeconds.withLock { $0 },
                        decode: decode
                    )
                }
                self.budget.withLock { $0.recordSuccess(lastRetryCost: progress.lastRetryCost) }
                return output
            } catch var error as AWSError {
                error.attempts = progress.sent
                try await prepareNextAttempt(after: error, call: call, rejected: credentials, progress: &progress)
            }
        }
    }

    private func reporting<Output>(_ call: AWSCall, _ attempt: () async throws -> Output) async throws -> Output {
        guard let onAttempt = self.onAttempt else { return try await attempt() }
        let began = ContinuousClock.now
        func report(_ error: AWSError?) {
            onAttempt(
                AWSCallReport(
                    service: call.service.name, operation: call.operation, duration: ContinuousClock.now - began,
                    error: error
                )
            )
        }
        do {
            let output = try await attempt()
            report(nil)
            return output
        } catch let error as AWSError {
            report(error)
            throw error
        }
    }

    /// Returns when another attempt is to be made; throws the error when not.
    private func prepareNextAttempt(
        after error: AWSError, call: AWSCall, rejected: AWSCredentials?, progress: inout CallProgress
    ) async throws {
        let decision = decide(after: error, call: call, progress: progress)
        self.logger.debug(
            "aws call failed",
            metadata: [
                "aws.service": "\(call.service.name)", "aws.operation": "\(call.operation)",
                "aws.code": "\(error.code)", "aws.status": "\(error.httpStatus ?? 0)",
                "aws.request_id": "\(error.requestID ?? "")", "aws.attempt": "\(progress.attempt)",
                "aws.decision": "\(decision)",
            ]
        )
        switch decision {
        case .stop:
            throw error
        case .wait(let pause, let cost):
            progress.attempt += 1
            progress.lastRetryCost = cost
            try await self.runtime.sleep(pause)
        case .renewCredentials:
            progress.mended.insert(.credentials)
            guard try await renewCredentials(rejected, for: call) else { throw error }
        case .correctClock(let offsetSeconds):
            progress.mended.insert(.clock)
            self.clockOffsetSeconds.withLock { $0 = offsetSeconds }
            self.logger.info(
                "local clock differs from AWS's, correcting signatures",
                metadata: ["aws.clock_offset_seconds": "\(Int(offsetSeconds))"]
            )
        }
        progress.sent += 1
    }

    private func decide(after error: AWSError, call: AWSCall, progress: CallProgress) -> RetryDecision {
        if error.classification == .throttle, !call.retriesThrottles { return .stop(.notRetryable) }
        let decision = self.retryPolicy.decide(
            after: error, attempt: progress.attempt, isRepeatable: call.isRepeatable, mended: progress.mended,
            random: self.runtime.random()
        )
        guard case .wait(_, let cost) = decision else { return decision }
        guard call.retriesLater else { return .stop(.notRetryable) }
        return self.budget.withLock { $0.withdraw(cost) } ? decision : .stop(.bucketEmpty)
    }

    /// True when the source has others than the ones refused; sending those again would only fail again.
    private func renewCredentials(_ rejected: AWSCredentials?, for call: AWSCall) async throws -> Bool {
        guard let rejected else { return false }
        await self.credentials.invalidate(rejected)
        let fresh = try await currentCredentials(for: call)
        return fresh.map { !$0.isSameKey(as: rejected) } ?? false
    }

    private func currentCredentials(for call: AWSCall) async throws -> AWSCredentials? {
        guard case .signed = call.authentication else { return nil }
        do {
            let credentials = try await self.credentials.credentials()
            self.lastExpiration.withLock { $0 = credentials.expiration }
            return credentials
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AWSError(
                .credentialsUnavailable, .expiredCredentials,
                message: AWSError.cleaned("\(error)", charactersMaximum: 4_000), service: call.service.name,
                operation: call.operation, cause: error
            )
        }
    }
}

/// How far one call has come.
private struct CallProgress {
    /// Number of the current attempt as the retry policy counts: mending does not use one up.
    var attempt = 1
    /// Requests sent, those after mending included.
    var sent = 1
    var lastRetryCost: Int?
    var mended: Set<Remedy> = []
}
