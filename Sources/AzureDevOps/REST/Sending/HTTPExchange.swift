import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An answer with its whole body.
struct HTTPAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer
}

/// One request and its answer, bounded in time and size.
struct HTTPExchange: Sendable {
    let client: HTTPClient
    /// From the first byte sent to the last byte of the body.
    let timeout: Duration
    let maximumAnswerBytes: Int

    private struct TimeExceeded: Error {}

    /// - Parameters:
    ///   - subject: what the request is about, for error messages.
    ///   - unread: a key whose values are left out of the answer as it comes, and don't count for its length.
    /// - Throws: ``AzureDevOpsError``, or `CancellationError` if the calling task is cancelled.
    func perform(
        _ request: HTTPClientRequest, subject: String, leavingOut unread: String? = nil
    ) async throws -> HTTPAnswer {
        do {
            return try await withinTimeout { try await answer(to: request, leavingOut: unread) }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw explain(error, subject)
        }
    }

    private func answer(to request: HTTPClientRequest, leavingOut unread: String?) async throws -> HTTPAnswer {
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let response = try await client.execute(request, deadline: deadline)
        // A client that was made to follow redirects has done so. The redirect is the answer; what lies behind it is not.
        if response.history.count > 1, let redirect = response.history.first?.responseHead {
            return HTTPAnswer(status: Int(redirect.status.code), headers: redirect.headers, body: ByteBuffer())
        }
        let body = try await collect(response.body, leavingOut: unread)
        return HTTPAnswer(status: Int(response.status.code), headers: response.headers, body: body)
    }

    private func collect(_ body: HTTPClientResponse.Body, leavingOut unread: String?) async throws -> ByteBuffer {
        guard let unread else { return try await body.collect(upTo: maximumAnswerBytes) }
        var dropper = JSONValueDropper(key: unread)
        var collected = ByteBuffer()
        for try await piece in body {
            collected.writeImmutableBuffer(dropper.keep(piece))
            guard collected.readableBytes <= maximumAnswerBytes else {
                throw NIOTooManyBytesError(maxBytes: maximumAnswerBytes)
            }
        }
        return collected
    }

    /// The client's own deadline ends with the head of the answer; this one covers the body too.
    private func withinTimeout(_ operation: @escaping @Sendable () async throws -> HTTPAnswer) async throws
        -> HTTPAnswer
    {
        try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw TimeExceeded()
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw TimeExceeded() }
            return answer
        }
    }

    private func isTimeout(_ error: any Error) -> Bool {
        if error is TimeExceeded { return true }
        guard let error = error as? HTTPClientError else { return false }
        return error == .deadlineExceeded || error == .readTimeout
    }

    private func explain(_ error: any Error, _ subject: String) -> AzureDevOpsError {
        switch error {
        case _ where isTimeout(error):
            AzureDevOpsError(
                .timeout,
                "No answer within \(timeout) when asking for \(subject). Check the network and the service's status page.",
                cause: error
            )
        case is NIOTooManyBytesError:
            AzureDevOpsError(
                .answerTooLarge,
                "The answer about \(subject) is longer than \(maximumAnswerBytes) bytes and was dropped.",
                cause: error
            )
        default:
            AzureDevOpsError(
                .unreachable,
                "The connection failed when asking for \(subject). "
                    + "Check name resolution, proxy and outgoing rules for port 443.",
                cause: error
            )
        }
    }
}
