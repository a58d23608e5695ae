import AsyncHTTPClient
import SlipwayTestSupport
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Posts hooks over TLS as Azure DevOps does, and remembers which were answered with 200.
final class HookSender: Sendable {
    private let client: HTTPClient
    private let state = Mutex((next: 0, acknowledged: [Int]()))

    init(trusting certificatePath: String) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificatePath))
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.timeout.connect = .seconds(2)
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The runs whose hooks were acknowledged.
    var acknowledged: [Int] { state.withLock { $0.acknowledged } }

    /// Posts one hook of a run that no other hook is about. Answers the status.
    @discardableResult
    func post(to port: Int) async -> Int? {
        let run = state.withLock { state in
            state.next += 1
            return state.next
        }
        let status = await answer(to: ByteBuffer(string: Self.payload(run)), port)
        if status == 200 { state.withLock { $0.acknowledged.append(run) } }
        return status
    }

    /// The status that a body gets, with these values of `Authorization`; nil without an answer.
    func answer(to body: ByteBuffer, _ port: Int, authorization: [String] = [HookSender.credentials]) async -> Int? {
        var request = HTTPClientRequest(url: "https://localhost:\(port)/hooks/azure-devops")
        request.method = .POST
        for value in authorization { request.headers.add(name: "Authorization", value: value) }
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(body)
        do {
            let response = try await client.execute(request, timeout: .seconds(20))
            _ = try await response.body.collect(upTo: 1024 * 1024)
            return Int(response.status.code)
        } catch {
            return nil
        }
    }

    static let credentials = basic("slipway:\(Installation.password)")

    static func basic(_ text: String) -> String { "Basic \(Data(text.utf8).base64EncodedString())" }

    // Also when a test has failed half-way: a client that is not shut down ends the process.
    deinit { try? client.syncShutdown() }

    private static func payload(_ run: Int) -> String {
        """
        {"eventType":"ms.vss-pipelines.job-state-changed-event","publisherId":"pipelines","id":"\(UUID().uuidString)",
        "resource":{"projectId":"0c5e1c52-94b3-4a6e-8d47-0f2d6a1b7e10","job":{"id":"12f1170f-54f2-53f3-20dd-22fc7dff55f9",
        "name":"build","attempt":1,"state":"waiting"},"run":{"id":\(run),"name":"1","state":"inProgress"}}}
        """
    }
}
