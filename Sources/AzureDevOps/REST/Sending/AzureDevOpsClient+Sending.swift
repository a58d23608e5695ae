import Foundation
import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

extension AzureDevOpsClient {
    /// Sends a call until it succeeds, may not be repeated, or its attempts are used up.
    func send(_ call: RESTCall) async throws -> HTTPAnswer {
        var attempt = 1
        var backoff = Duration.zero
        var mayRenewSignIn = true
        while true {
            try await waitForTurn(call, atLeast: backoff)
            let authorization = try await authenticator.authorization()
            do {
                return try await reporting(call) { try await sendOnce(call, authorization) }
            } catch let error as AzureDevOpsError {
                // A refused sign-in means that nothing was done, so even a call that is not idempotent may go again.
                if error.code == .notSignedIn, mayRenewSignIn, await authenticator.discard(authorization) {
                    mayRenewSignIn = false
                    backoff = .zero
                    continue
                }
                backoff = try pauseBeforeRetry(call, error, attempt)
                attempt += 1
            }
        }
    }

    private func reporting(_ call: RESTCall, _ attempt: () async throws -> HTTPAnswer) async throws -> HTTPAnswer {
        guard let onAttempt = configuration.onAttempt else { return try await attempt() }
        let began = ContinuousClock.now
        func report(_ error: AzureDevOpsError?) {
            let operation = AzureDevOpsOperation.name(call.method, call.path)
            onAttempt(
                AzureDevOpsCallReport(operation: operation, duration: ContinuousClock.now - began, error: error))
        }
        do {
            let answer = try await attempt()
            report(nil)
            return answer
        } catch let error as AzureDevOpsError {
            report(error)
            throw error
        }
    }

    private func sendOnce(_ call: RESTCall, _ authorization: AuthorizationHeader) async throws -> HTTPAnswer {
        let request = try call.request(organization, authorization)
        let answer = try await exchange.perform(
            request, subject: call.subject, leavingOut: call.unread)
        let now = clock.now()
        if let limit = RateLimit(answer.headers, now: now) { gauge.observe(limit) }
        if let failure = answer.failure(of: call, now: now) { throw failure }
        return answer
    }

    private func waitForTurn(_ call: RESTCall, atLeast backoff: Duration) async throws {
        switch gauge.verdict(at: clock.now(), longestWait: configuration.longestWait) {
        case .proceed:
            if backoff > .zero { try await clock.sleep(backoff) }
        case .wait(let pause):
            try await clock.sleep(max(pause, backoff))
        case .refuse(let pause):
            throw AzureDevOpsError(
                .throttled,
                "Azure DevOps asked for a pause; \(call.subject) can be asked for again in \(pause). "
                    + "The limit is counted for each identity, so a token of its own helps.",
                retryAfter: pause
            )
        }
    }

    /// - Throws: `error` if the call is not to be repeated.
    private func pauseBeforeRetry(_ call: RESTCall, _ error: AzureDevOpsError, _ attempt: Int) throws -> Duration {
        let policy = RetryPolicy(
            maximumAttempts: configuration.maximumAttempts,
            firstBackoff: configuration.firstBackoff,
            longestBackoff: configuration.longestBackoff,
            longestWait: configuration.longestWait
        )
        let verdict = policy.verdict(error, attempt: attempt, isIdempotent: call.isIdempotent, random: random())
        guard case .retry(let pause) = verdict else { throw error }
        // A pause that the service asks for can be long, and somebody who waits for an agent meanwhile should see why.
        logger.log(
            level: error.code == .throttled ? .info : .debug, "A call to Azure DevOps is sent again",
            metadata: ["call": "\(call.subject)", "error": "\(error)", "attempt": "\(attempt)", "pause": "\(pause)"]
        )
        return pause
    }
}

// MARK: - Reading answers

extension AzureDevOpsClient {
    /// Sends a call and reads the object in the answer.
    func object<Entity: Decodable>(_ type: Entity.Type, _ call: RESTCall) async throws -> Entity {
        try decode(type, await send(call), call)
    }

    /// The same for an answer that may be empty.
    func optionalObject<Entity: Decodable>(_ type: Entity.Type, _ call: RESTCall) async throws -> Entity? {
        let answer = try await send(call)
        if answer.status == 204 || answer.body.readableBytes == 0 { return nil }
        return try decode(Entity?.self, answer, call)
    }

    /// Sends a call and drops the answer's body.
    func perform(_ call: RESTCall) async throws {
        _ = try await send(call)
    }

    /// Reads a list, and its further pages if the service answers in pages.
    ///
    /// An answer that is cut, or announces another number of values than it has, is an error: an empty list would be acted
    /// on.
    func list<Element: Decodable>(_ type: Element.Type, _ call: RESTCall) async throws -> [Element] {
        var elements: [Element] = []
        var call = call
        let query = call.query
        var seen: Set<String> = []
        while true {
            let answer = try await send(call)
            elements += try decode(ListEnvelope<Element>.self, answer, call).value
            guard let token = answer.headers.first(name: "x-ms-continuationtoken"), !token.isEmpty else {
                return elements
            }
            guard seen.insert(token).inserted, seen.count < configuration.maximumPages else {
                throw AzureDevOpsError(
                    .malformedAnswer,
                    "The list of \(call.subject) has no end: \(seen.count) pages were read. Nothing of it is used.",
                    httpStatus: answer.status
                )
            }
            call.query = query + [(name: "continuationToken", value: token)]
        }
    }

    private func decode<Entity: Decodable>(_ type: Entity.Type, _ answer: HTTPAnswer, _ call: RESTCall) throws -> Entity
    {
        do {
            return try JSONDecoder().decode(type, from: answer.body)
        } catch {
            throw AzureDevOpsError(
                .malformedAnswer,
                "The answer about \(call.subject) can't be read\(Self.place(of: error)). It was cut on its way, or the service "
                    + "changed it. Nothing of it is used.",
                httpStatus: answer.status,
                cause: error
            )
        }
    }

    private static func place(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "" }
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context
            case .keyNotFound(let key, let context):
                DecodingError.Context(codingPath: context.codingPath + [key], debugDescription: "")
            @unknown default: nil
            }
        guard let path = context?.codingPath, !path.isEmpty else { return "" }
        return " at " + path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue.operatorText }.joined(separator: ".")
    }
}
