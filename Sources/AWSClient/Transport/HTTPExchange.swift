internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOFoundationCompat
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// One request and its whole answer. The seam between deciding what to send and sending it.
protocol HTTPExchange: Sendable {
    /// Sends, and collects the body.
    ///
    /// - Throws: `HTTPExchangeFailure`, or `CancellationError` when the task is cancelled.
    func exchange(_ request: HTTPExchangeRequest, timeout: Duration, bodyMaximumBytes: Int) async throws
        -> HTTPExchangeResponse
}

struct HTTPExchangeRequest: Sendable, SecretHolder {
    var method: HTTPMethod
    var url: String
    var headers: HTTPHeaders
    var body: Data
}

struct HTTPExchangeResponse: Sendable, SecretHolder {
    var status: Int
    var headers: HTTPHeaders
    var body: Data
}

/// Why there is no whole answer. What matters to a retry is whether the request may have been carried out.
struct HTTPExchangeFailure: Error {
    enum Kind: Hashable, Sendable {
        /// No connection: nothing was sent.
        case notSent
        /// Something was sent, then the connection broke or spoke no HTTP.
        case interrupted
        case timedOut
        /// The body went over the limit; `status` came before it.
        case bodyTooLarge(status: Int)
    }

    var kind: Kind
    var cause: (any Error)?
}

/// The exchange over async-http-client.
struct AsyncHTTPExchange: HTTPExchange {
    let client: HTTPClient

    /// async-http-client's own deadline ends with the response head, so a body that trickles would have no end: a timer
    /// of ours covers both.
    func exchange(_ request: HTTPExchangeRequest, timeout: Duration, bodyMaximumBytes: Int) async throws
        -> HTTPExchangeResponse
    {
        try await withThrowingTaskGroup(of: HTTPExchangeResponse.self) { group in
            group.addTask { try await self.send(request, bodyMaximumBytes: bodyMaximumBytes) }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw HTTPExchangeFailure(kind: .timedOut)
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func send(_ request: HTTPExchangeRequest, bodyMaximumBytes: Int) async throws -> HTTPExchangeResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = request.method
        outgoing.headers = request.headers
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(data: request.body)) }
        var status: Int?
        do {
            // The timer above is the deadline.
            let response = try await self.client.execute(outgoing, deadline: .distantFuture)
            status = Int(response.status.code)
            let body = try await response.body.collect(upTo: bodyMaximumBytes)
            return HTTPExchangeResponse(
                status: Int(response.status.code), headers: response.headers, body: Data(buffer: body)
            )
        } catch {
            throw Self.failure(from: error, status: status)
        }
    }

    private static func failure(from error: any Error, status: Int?) -> any Error {
        if error is NIOTooManyBytesError { return HTTPExchangeFailure(kind: .bodyTooLarge(status: status ?? 0)) }
        if isFromConnecting(error) { return HTTPExchangeFailure(kind: .notSent, cause: error) }
        guard let clientError = error as? HTTPClientError else {
            if error is CancellationError || Task.isCancelled { return CancellationError() }
            return HTTPExchangeFailure(kind: .interrupted, cause: error)
        }
        switch clientError {
        case .cancelled:
            return CancellationError()
        case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout,
            .getConnectionFromPoolTimeout, .proxyAuthenticationRequired, .invalidProxyResponse, .alreadyShutdown:
            return HTTPExchangeFailure(kind: .notSent, cause: error)
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            return HTTPExchangeFailure(kind: .timedOut, cause: error)
        default:
            return HTTPExchangeFailure(kind: .interrupted, cause: error)
        }
    }

    /// Whether the error can only come before the first byte of a request. Errors that may come later too, such as an
    /// unreachable host, don't count.
    private static func isFromConnecting(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError, ChannelError.connectTimeout, NIOSSLError.handshakeFailed, is NIOSSLExtraError:
            return true
        case let error as IOError:
            return error.errnoCode == ECONNREFUSED || error.errnoCode == EADDRNOTAVAIL
        default:
            return false
        }
    }
}
