@testable import AWSClient
import Foundation
import NIOHTTP1
import Synchronization

/// An exchange that answers from a list, one entry per request, and keeps the requests.
final class ScriptedExchange: HTTPExchange {
    enum Reply: Sendable {
        case answer(Int, String, HTTPHeaders = [:])
        case failure(HTTPExchangeFailure.Kind)
    }

    private struct State {
        var replies: [Reply]
        var requests: [HTTPExchangeRequest] = []
        var timeouts: [Duration] = []
    }

    private let state: Mutex<State>

    init(_ replies: [Reply]) {
        self.state = Mutex(State(replies: replies))
    }

    var requests: [HTTPExchangeRequest] { self.state.withLock { $0.requests } }
    /// The time that was allowed for each request.
    var timeouts: [Duration] { self.state.withLock { $0.timeouts } }
    var repliesLeft: Int { self.state.withLock { $0.replies.count } }

    struct OutOfReplies: Error {}

    func exchange(_ request: HTTPExchangeRequest, timeout: Duration, bodyMaximumBytes: Int) async throws
        -> HTTPExchangeResponse
    {
        let reply = self.state.withLock { state -> Reply? in
            state.requests.append(request)
            state.timeouts.append(timeout)
            return state.replies.isEmpty ? nil : state.replies.removeFirst()
        }
        switch reply {
        case .answer(let status, let body, let headers):
            return HTTPExchangeResponse(status: status, headers: headers, body: Data(body.utf8))
        case .failure(let kind):
            throw HTTPExchangeFailure(kind: kind)
        case nil:
            throw OutOfReplies()
        }
    }
}
