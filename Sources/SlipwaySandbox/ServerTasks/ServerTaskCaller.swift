import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Calls the endpoints of server tasks and gates, and lets scripted faults befall the calls.
final class ServerTaskCaller: Sendable {
    /// Told what came of each call, and how often it was sent.
    typealias Report = @Sendable (ServerTaskCall, ServerTaskOutcome, _ sendings: Int) -> Void

    private struct Held {
        let call: ServerTaskCall
        let activity: ActivityID
    }

    /// What the log shows of an answer.
    static let maximumAnswerCharacters = 2_000
    private static let maximumAnswerBytes = 64 * 1024
    private static let maximumBacklog = 10_000

    private let clock: any SandboxClock
    private let faults: FaultPlan
    private let trustRootFile: String?
    private let logger: Logger
    private let queue: AsyncStream<Held>
    private let enqueueContinuation: AsyncStream<Held>.Continuation

    init(_ configuration: SandboxConfiguration, clock: any SandboxClock, faults: FaultPlan, logger: Logger) {
        trustRootFile = configuration.hooks.trustRootFile
        self.clock = clock
        self.faults = faults
        self.logger = logger
        (queue, enqueueContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumBacklog))
    }

    /// Returns at once.
    func enqueue(_ call: ServerTaskCall) {
        let activity = clock.activities.begin()
        if case .enqueued = enqueueContinuation.yield(Held(call: call, activity: activity)) { return }
        clock.activities.end(activity)
    }

    /// Calls until its task is cancelled.
    func run(report: @escaping Report) async throws {
        let client = try makeClient()
        await withDiscardingTaskGroup { group in
            for await held in queue {
                group.addTask {
                    await self.handle(held, client, report)
                    self.clock.activities.end(held.activity)
                }
            }
        }
        try? await client.shutdown()
    }

    /// One request outside of any run, as the button *Verify* of a service connection makes it.
    func get(_ url: String, authorization: String) async throws -> ServerTaskOutcome {
        let client = try makeClient()
        let call = ServerTaskCall(
            subject: .verification, number: 0, faultSubject: "", method: "GET", url: url,
            headers: [("Authorization", authorization)], body: "", limit: .seconds(20))
        let outcome = await send(call, client)
        try? await client.shutdown()
        return outcome
    }

    private func handle(_ held: Held, _ client: HTTPClient, _ report: Report) async {
        let call = held.call
        var sendings = 1
        let outcome: ServerTaskOutcome
        do {
            switch faults.strike(.serverTask, subject: call.faultSubject) {
            case .drop:
                outcome = .unanswered("the connection was closed")
            case .hang(let duration):
                try await clock.sleep(for: min(duration, call.limit), as: held.activity)
                outcome = .unanswered(Self.timedOut(call))
            case .answer(let status, _, let body):
                outcome = .answered(status: status, body: body)
            case .loseAnswer:
                _ = await send(call, client)
                outcome = .unanswered("the connection was closed before an answer came")
            case .repeatCall:
                _ = await send(call, client)
                sendings = 2
                outcome = await send(call, client)
            case .delay(let duration):
                try await clock.sleep(for: duration, as: held.activity)
                outcome = await send(call, client)
            default:
                outcome = await send(call, client)
            }
        } catch {
            // Cancelled: the world ends.
            return
        }
        logger.debug(
            "Server task's endpoint called",
            metadata: ["call.subject": "\(call.faultSubject)", "call.outcome": "\(outcome.text)"])
        report(call, outcome, sendings)
    }

    private func send(_ call: ServerTaskCall, _ client: HTTPClient) async -> ServerTaskOutcome {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        request.headers = HTTPHeaders(call.headers.map { ($0.name, $0.value) })
        if !call.body.isEmpty { request.body = .bytes(ByteBuffer(string: call.body)) }
        do {
            let limit = TimeAmount.milliseconds(Int64(call.limit.seconds * 1_000))
            let response = try await client.execute(request, timeout: limit)
            return .answered(status: Int(response.status.code), body: try await text(of: response))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
            return .unanswered(Self.timedOut(call))
        } catch {
            return .unanswered(String(String(describing: error).prefix(Self.maximumAnswerCharacters)))
        }
    }

    private func text(of response: HTTPClientResponse) async throws -> String {
        do {
            let body = try await response.body.collect(upTo: Self.maximumAnswerBytes)
            return String(String(buffer: body).prefix(Self.maximumAnswerCharacters))
        } catch is NIOTooManyBytesError {
            return "(the answer is longer than \(Self.maximumAnswerBytes) bytes)"
        }
    }

    private static func timedOut(_ call: ServerTaskCall) -> String {
        "there was no answer within \(Int(call.limit.seconds.rounded(.up))) seconds"
    }

    private func makeClient() throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = trustRootFile { tls.trustRoots = .file(file) }
        var settings = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        // An endpoint that is down is an outcome: it is not tried again until the timeout.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.httpVersion = .http1Only
        return HTTPClient(configuration: settings)
    }
}
