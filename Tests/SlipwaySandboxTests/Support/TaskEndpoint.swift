import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

@testable import SlipwaySandbox

/// The endpoint of the extension's tasks, as far as extension/protocol.md says what is answered at once. What is called
/// back is left to the test.
final class TaskEndpoint: Sendable {
    struct Call: Sendable {
        let path: String
        let authorization: String?
        let contentType: String?
        let text: String

        var body: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .null }
        func plan(_ name: String) -> String { body["plan"]?[name]?.string ?? "" }
        func input(_ name: String) -> String { body["inputs"]?[name]?.string ?? "" }
        /// Section 5, step 3.
        var identity: [String] {
            ["PlanId", "JobId", "TaskInstanceId", "StageAttempt", "JobAttempt"].map(plan)
        }
    }

    private struct State {
        var calls: [Call] = []
        var scripted: [(status: Int, body: String)] = []
        var gate = "available"
        var isSilent = false
    }

    static let token = "pipeline-token-0123456789"
    private let state = Mutex(State())

    var calls: [Call] { state.withLock(\.calls) }
    func calls(of path: String) -> [Call] { calls.filter { $0.path == path } }
    /// How many launches there would be: repeated calls make none.
    var accepted: Int { Set(calls(of: "/tasks/agent").map(\.identity)).count }

    /// The next answers, one each, before the usual ones.
    func script(_ answers: [(status: Int, body: String)]) { state.withLock { $0.scripted = answers } }
    func setGate(_ status: String) { state.withLock { $0.gate = status } }
    /// From now on it takes calls and says nothing.
    func fallSilent() { state.withLock { $0.isSilent = true } }

    /// Serves while `body` runs, which is given the server's URL.
    func serve<Result: Sendable>(_ body: @Sendable (String) async throws -> Result) async throws -> Result {
        let port = OneShot<Int?>()
        let responder = CallbackResponder<SandboxRequestContext> { request, _ in try await self.answer(request) }
        let application = OrderlyApplication(
            responder, server: .http1(), name: "tasks", listening: port,
            logger: Logger(label: "tasks") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            guard let port = await port.value() else { throw SandboxError(.startFailed, "no endpoint") }
            return try await body("http://127.0.0.1:\(port)")
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let path = request.uri.path
        let authorization = request.headers[.authorization]
        let text = String(buffer: try await request.body.collect(upTo: 32 * 1024))
        let call = Call(
            path: path, authorization: authorization, contentType: request.headers[.contentType], text: text)
        let (scripted, gate, isSilent) = state.withLock { state in
            state.calls.append(call)
            return (state.scripted.isEmpty ? nil : state.scripted.removeFirst(), state.gate, state.isSilent)
        }
        if isSilent { await OneShot<Void>().wait() }
        if let scripted { return Self.answer(scripted.status, scripted.body) }
        guard ["Bearer \(Self.token)", Self.token].contains(authorization) else {
            return Self.answer(401, Self.error("unauthorized"))
        }
        if path == "/tasks/verify" { return Self.answer(200, #"{"service":"slipway","protocol":1}"#) }
        guard call.body["protocol"] == 1 else { return Self.answer(400, Self.error("body_malformed")) }
        switch path {
        case "/tasks/agent": return Self.answer(202, #"{"status":"accepted"}"#)
        case "/tasks/agent/cancel": return Self.answer(200, #"{"status":"cancelled"}"#)
        case "/tasks/gate": return Self.answer(200, #"{"status":"\#(gate)","reason":"as scripted"}"#)
        default: return Self.answer(404, "")
        }
    }

    private static func error(_ code: String) -> String { #"{"error":{"code":"\#(code)","message":"Refused."}}"# }

    private static func answer(_ status: Int, _ body: String) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}

extension OneShot where Value == Void {
    /// Until its task is cancelled.
    fileprivate func wait() async {
        await withTaskCancellationHandler {
            await value()
        } onCancel: {
            fulfil(())
        }
    }
}
