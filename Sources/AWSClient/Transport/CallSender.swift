internal import Foundation
internal import Logging
internal import NIOHTTP1

/// Sends a call once: signs it, bounds it, and makes of whatever happens either the operation's output or an `AWSError`.
struct CallSender: Sendable {
    let region: AWSRegion
    let endpoints: AWSEndpoints
    let exchange: any HTTPExchange
    let configuration: AWSClient.Configuration
    let runtime: AWSRuntime
    let logger: Logger
    let signingKeys = SigningKeyCache()

    /// - Parameters:
    ///   - credentials: nil sends the call unsigned.
    ///   - clockOffsetSeconds: AWS's clock minus ours, as known so far.
    /// - Throws: `AWSError`, or `CancellationError` when the task is cancelled.
    func send<Output>(
        _ call: AWSCall, credentials: AWSCredentials?, clockOffsetSeconds: Double, decode: (AWSAnswer) throws -> Output
    ) async throws -> Output {
        let signingTime = self.runtime.now() + clockOffsetSeconds
        let request = request(for: call, credentials: credentials, signingTime: signingTime)
        let response: HTTPExchangeResponse
        do {
            response = try await self.exchange.exchange(
                request, timeout: timeout(of: call),
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

    private func timeout(of call: AWSCall) -> Duration { self.configuration.attemptTimeout + call.serverWait }

    private func request(
        for call: AWSCall, credentials: AWSCredentials?, signingTime: Date
    ) -> HTTPExchangeRequest {
        let endpoint = self.endpoints.endpoint(for: call.service, in: self.region)
        var headers = call.headers(endpoint: endpoint, userAgent: self.configuration.userAgent)
        if let credentials {
            let signer = SigV4Signer(
                credentials: credentials, region: call.service.signingRegion(in: self.region),
                service: call.service.signingName,
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
                message: "\(endpoint) gave no complete answer within \(timeout(of: call))."
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
