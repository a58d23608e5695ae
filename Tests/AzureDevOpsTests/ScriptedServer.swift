import AsyncHTTPClient
import AzureDevOps
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

/// A request as the server saw it.
struct RecordedRequest: Sendable {
    var method: String
    /// Path and query, encoded as sent.
    var target: String
    var headers: HTTPFields
    var body: String

    var line: String { "\(method) \(target)" }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// The body as JSON with sorted keys, so that it can be compared as text.
    var json: String {
        guard let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)),
            let data = try? JSONSerialization.data(
                withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        else { return "not JSON: \(body)" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// What the server does with one request.
struct ScriptedAnswer: Sendable {
    enum Body: Sendable {
        case text(String)
        /// Never answers; with a head first if asked for.
        case hang(afterHead: Bool)
        /// Announces more than it sends, then breaks the connection.
        case broken(String)
    }

    var status: Int
    var headers: [(name: String, value: String)]
    var body: Body

    static func json(_ text: String, status: Int = 200, headers: [(name: String, value: String)] = []) -> ScriptedAnswer
    {
        let type = (name: "Content-Type", value: "application/json; charset=utf-8; api-version=7.1")
        return ScriptedAnswer(status: status, headers: [type] + headers, body: .text(text))
    }

    static func fixture(
        _ name: String,
        status: Int = 200,
        headers: [(name: String, value: String)] = []
    ) throws -> ScriptedAnswer {
        json(try Samples.fixture(name), status: status, headers: headers)
    }

    static func status(_ status: Int, headers: [(name: String, value: String)] = [], text: String = "")
        -> ScriptedAnswer
    {
        ScriptedAnswer(status: status, headers: headers, body: .text(text))
    }
}

/// An HTTP server on a free loopback port that gives one scripted answer after the other.
final class ScriptedServer: Sendable {
    let port: Int
    private let script: Script

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [RecordedRequest] { script.requests.withLock { $0 } }
    var lines: [String] { requests.map(\.line) }
    /// Answers that nobody asked for.
    var unused: Int { script.answers.withLock { $0.count } }

    private init(port: Int, script: Script) {
        self.port = port
        self.script = script
    }

    static func with<Result: Sendable>(
        _ answers: [ScriptedAnswer],
        _ body: @escaping @Sendable (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let script = Script(answers)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                try await script.respond(request)
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "scripted-server") { _ in SwiftLogNoOpLogHandler() }
        )
        // Shut down and waited for: over a connection that is accepted while the server is cancelled SwiftNIO ends the
        // process.
        let group = ServiceGroup(services: [application], logger: .silent)
        let running = Task {
            defer { port.finish() }
            try await group.run()
        }
        let result: Swift.Result<Result, any Error>
        do {
            let port = try #require(await ports.first { _ in true })
            result = .success(try await body(ScriptedServer(port: port, script: script)))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await running.value
        return try result.get()
    }
}

private final class Script: Sendable {
    let answers: Mutex<[ScriptedAnswer]>
    let requests = Mutex<[RecordedRequest]>([])

    init(_ answers: [ScriptedAnswer]) { self.answers = Mutex(answers) }

    private struct Break: Error {}

    func respond(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        requests.withLock {
            $0.append(
                RecordedRequest(
                    method: request.method.rawValue,
                    target: request.uri.description,
                    headers: request.headers,
                    body: String(buffer: body)
                )
            )
        }
        let next = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let answer = next else { return Response(status: .init(code: 599)) }
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        return Response(status: .init(code: answer.status), headers: headers, body: try await responseBody(answer.body))
    }

    /// Until the server shuts down.
    private static func hang() async throws {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(60)) }
    }

    private func responseBody(_ body: ScriptedAnswer.Body) async throws -> ResponseBody {
        switch body {
        case .text(let text):
            return ResponseBody(byteBuffer: ByteBuffer(string: text))
        case .hang(let afterHead):
            if !afterHead { try await Self.hang() }
            return ResponseBody(contentLength: 10) { writer in
                try await writer.write(ByteBuffer(string: "["))
                try await Self.hang()
            }
        case .broken(let text):
            return ResponseBody(contentLength: text.utf8.count + 100) { writer in
                try await writer.write(ByteBuffer(string: text))
                throw Break()
            }
        }
    }
}

/// A clock that stands still until somebody sleeps on it.
final class ManualClock: Sendable {
    private let state: Mutex<(now: Date, sleeps: [Duration])>

    init(_ now: Date = Date(timeIntervalSince1970: 1_770_000_000)) { state = Mutex((now, [])) }

    var now: Date { state.withLock { $0.now } }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by duration: Duration) {
        state.withLock {
            $0.now += Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        }
    }

    var clock: AzureDevOpsClock {
        AzureDevOpsClock(
            now: { self.now },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { $0.sleeps.append(duration) }
                self.advance(by: duration)
            }
        )
    }
}

/// A client against a scripted server, with an organization path, a token and a clock of the test's.
func withClient<Result: Sendable>(
    _ answers: [ScriptedAnswer],
    clock: ManualClock = ManualClock(),
    logger: Logger = .silent,
    configure: @Sendable (inout AzureDevOpsClient.Configuration) -> Void = { _ in },
    _ body: @escaping @Sendable (AzureDevOpsClient, ScriptedServer) async throws -> Result
) async throws -> Result {
    var configuration = AzureDevOpsClient.Configuration()
    configuration.attemptTimeout = .seconds(20)
    configure(&configuration)
    let final = configuration
    return try await ScriptedServer.with(answers) { server in
        try await withHTTPClient { httpClient in
            let client = AzureDevOpsClient(
                organization: try OrganizationURL(server.url + "/fabrikam/"),
                authenticator: try PersonalAccessToken("secret-token"),
                httpClient: httpClient,
                configuration: final,
                clock: clock.clock,
                random: { 0.5 },
                logger: logger
            )
            return try await body(client, server)
        }
    }
}

func withHTTPClient<Result: Sendable>(
    _ configuration: HTTPClient.Configuration = AzureDevOpsClient.httpClientConfiguration,
    _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let httpClient = HTTPClient(configuration: configuration)
    do {
        let result = try await body(httpClient)
        try await httpClient.shutdown()
        return result
    } catch {
        try await httpClient.shutdown()
        throw error
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
