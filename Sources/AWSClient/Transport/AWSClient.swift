public import AsyncHTTPClient
internal import Foundation
public import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Sends calls to AWS in one region with one identity: signs each attempt, bounds it in time and size, tells failures apart,
/// and retries the ones that a retry may help. `ECSClient`, `STSClient` and `SecretsManagerClient` are its faces.
///
/// Safe to share. Each client has its own retry quota, clock correction and key cache, so use one per region and identity.
public final class AWSClient: Sendable {
    public struct Configuration: Sendable {
        /// Attempts of one call, the first included.
        public var attemptsMaximum = 3
        /// For one attempt, from connecting to the last byte of the answer.
        public var attemptTimeout: Duration = .seconds(15)
        /// Larger answers are refused.
        public var responseBodyMaximumBytes = 8 * 1_024 * 1_024
        public var userAgent = "slipway"

        public init() {}
    }

    public let region: AWSRegion
    private let credentials: any CredentialProvider
    private let exchange: any HTTPExchange
    private let endpoints: AWSEndpoints
    private let configuration: Configuration
    private let retryPolicy: RetryPolicy
    private let runtime: AWSRuntime
    private let logger: Logger
    private let signingKeys = SigningKeyCache()
    private let budget = Mutex(RetryBudget())
    /// AWS's clock minus ours, as last measured. Seconds.
    private let clockOffsetSeconds = Mutex(0.0)

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
        self.exchange = exchange
        self.endpoints = endpoints
        self.configuration = configuration
        self.retryPolicy = RetryPolicy(attemptsMaximum: max(1, configuration.attemptsMaximum))
        self.runtime = runtime
        self.logger = logger
    }

    /// What an `HTTPClient` for AWS needs: no redirects, and a failed connection reported at once rather than tried again
    /// behind our back.
    public static var httpClientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5))
        )
        configuration.connectionPool.retryConnectionEstablishment = false
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
                let output = try await attempt(call, number: progress.attempt, with: credentials, decode: decode)
                self.budget.withLock { $0.recordSuccess(lastRetryCost: progress.lastRetryCost) }
                return output
            } catch var error as AWSError {
                error.attempts = progress.sent
                try await prepareNextAttempt(after: error, call: call, rejected: credentials, progress: &progress)
            }
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
        let decision = self.retryPolicy.decide(
            after: error, attempt: progress.attempt, isRepeatable: call.isRepeatable, mended: progress.mended,
            random: self.runtime.random()
        )
        guard case .wait(_, let cost) = decision else { return decision }
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
            return try await self.credentials.credentials()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AWSError(
                .credentialsUnavailable, .expiredCredentials, message: "\(error)", service: call.service.name,
                operation: call.operation, cause: error
            )
        }
    }
}

extension AWSClient {
    private func attempt<Output>(
        _ call: AWSCall, number: Int, with credentials: AWSCredentials?, decode: (AWSAnswer) throws -> Output
    ) async throws -> Output {
        let signingTime = self.runtime.now() + self.clockOffsetSeconds.withLock { $0 }
        let request = request(for: call, credentials: credentials, signingTime: signingTime)
        let response: HTTPExchangeResponse
        do {
            response = try await self.exchange.exchange(
                request, timeout: self.configuration.attemptTimeout,
                bodyMaximumBytes: self.configuration.responseBodyMaximumBytes
            )
        } catch let failure as HTTPExchangeFailure {
            throw error(for: failure, call: call)
        }
        guard response.status == 200 else {
            let parser = ErrorParser(
                service: call.service, operation: call.operation,
                secrets: [credentials?.sessionToken, credentials?.secretAccessKey].compactMap { $0 }
            )
            throw parser.error(
                status: response.status, headers: response.headers, body: response.body,
                localTime: self.runtime.now(), signedAt: signingTime
            )
        }
        return try decoded(response, call: call, decode: decode)
    }

    private func request(
        for call: AWSCall, credentials: AWSCredentials?, signingTime: Date
    ) -> HTTPExchangeRequest {
        let endpoint = self.endpoints.endpoint(for: call.service, in: self.region)
        var headers = call.headers(endpoint: endpoint, userAgent: self.configuration.userAgent)
        if let credentials {
            let signer = SigV4Signer(
                credentials: credentials, region: self.region.name, service: call.service.signingName,
                keys: self.signingKeys
            )
            let unsigned = SigV4Request(
                method: "POST", path: endpoint.path, query: "", headers: headers, body: call.body
            )
            headers = signer.sign(unsigned, at: signingTime).headers
        }
        return HTTPExchangeRequest(method: .POST, url: endpoint.description, headers: headers, body: call.body)
    }

    private func decoded<Output>(
        _ response: HTTPExchangeResponse, call: AWSCall, decode: (AWSAnswer) throws -> Output
    ) throws -> Output {
        let requestID = ErrorParser.requestID(response.headers)
        do {
            let output = try decode(AWSAnswer(body: response.body, requestID: requestID))
            self.logger.debug(
                "aws call succeeded",
                metadata: [
                    "aws.service": "\(call.service.name)", "aws.operation": "\(call.operation)",
                    "aws.request_id": "\(requestID ?? "")",
                ]
            )
            return output
        } catch {
            var malformed = AWSError(
                .malformedResponse, .transient,
                message: "HTTP said success, but the \(response.body.count) bytes of the answer are not what the "
                    + "operation answers\(Self.place(of: error)).",
                advice: "Check the endpoint, and proxies on the way.", service: call.service.name,
                operation: call.operation
            )
            malformed.httpStatus = response.status
            malformed.requestID = requestID
            malformed.isOutcomeUnknown = true
            throw malformed
        }
    }

    /// The path to what could not be decoded. The decoding error itself is not kept: it may quote the body.
    private static func place(of error: any Error) -> String {
        let path: [any CodingKey]
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        case .valueNotFound(_, let context), .typeMismatch(_, let context): path = context.codingPath
        default: path = []
        }
        return path.isEmpty ? "" : " (at \(path.map(\.stringValue).joined(separator: ".")))"
    }

    private func error(for failure: HTTPExchangeFailure, call: AWSCall) -> AWSError {
        let endpoint = self.endpoints.endpoint(for: call.service, in: self.region)
        var error: AWSError
        switch failure.kind {
        case .notSent:
            error = AWSError(
                .connectionFailed, .transient,
                message: "No connection to \(endpoint): \(failure.cause.map { "\($0)" } ?? "unknown reason")."
            )
        case .interrupted:
            error = AWSError(
                .connectionLost, .transient,
                message: "The connection to \(endpoint) failed: \(failure.cause.map { "\($0)" } ?? "unknown reason")."
            )
            error.isOutcomeUnknown = true
        case .timedOut:
            error = AWSError(
                .timedOut, .transient,
                message: "\(endpoint) gave no complete answer within \(self.configuration.attemptTimeout)."
            )
            error.isOutcomeUnknown = true
        case .bodyTooLarge(let status):
            error = AWSError(
                .responseTooLarge, .permanent,
                message: "\(endpoint) answered more than \(self.configuration.responseBodyMaximumBytes) bytes."
            )
            error.httpStatus = status
            error.isOutcomeUnknown = true
        }
        error.service = call.service.name
        error.operation = call.operation
        error.advice = ErrorAdvice.advice(
            code: error.code, classification: error.classification, message: error.message
        )
        error.cause = failure.cause
        return error
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
