@testable import AWSClient
import AsyncHTTPClient
import Foundation
import Logging

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

let exampleCredentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    sessionToken: "SESSIONTOKENEXAMPLE"
)

/// Runs with an HTTP client made as the composition root makes it.
func withHTTPClient<Result>(_ body: (HTTPClient) async throws -> Result) async throws -> Result {
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: AWSClient.httpClientConfiguration)
    do {
        let result = try await body(client)
        try await client.shutdown()
        return result
    } catch {
        try? await client.shutdown()
        throw error
    }
}

/// A client whose network is a script.
func scriptedClient(
    _ exchange: ScriptedExchange, credentials: (any CredentialProvider)? = nil,
    runtime: ManualRuntime = ManualRuntime(),
    configuration: AWSClient.Configuration = .init()
) throws -> AWSClient {
    AWSClient(
        region: try AWSRegion("eu-west-1"), credentials: credentials ?? StaticCredentialProvider(exampleCredentials),
        exchange: exchange, configuration: configuration, runtime: runtime.runtime, logger: quiet
    )
}

/// The error a closure throws, as a certain type; nil when it throws another or none.
func caught<Failure: Error>(_ type: Failure.Type, _ body: () async throws -> Void) async -> Failure? {
    do { try await body() } catch { return error as? Failure }
    return nil
}
