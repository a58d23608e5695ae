@testable import AWSClient
import Foundation
import NIOHTTP1
import Testing

/// Whatever holds a secret, and however it is printed, the secret doesn't show.
@Suite struct RedactionTests {
    private static let secret = "TOPSECRET"

    private func holders() throws -> [Any] {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: Self.secret, sessionToken: Self.secret)
        let variables = ["AWS_SECRET_ACCESS_KEY": Self.secret]
        let file = ProfileFile("[default]\naws_access_key_id = A\naws_secret_access_key = \(Self.secret)")
        let profiles = ProfileSet(credentials: file, config: ProfileFile())
        let exchange = ScriptedExchange([])
        let context = CredentialContext(
            variables: variables, credentialsFilePath: "", configFilePath: "", region: try AWSRegion("eu-west-1"),
            endpoints: AWSEndpoints(), exchange: exchange, runtime: .system, logger: quiet
        )
        let request = SigV4Request(
            method: "POST", path: "/", query: "", headers: ["X-Amz-Security-Token": Self.secret], body: Data()
        )
        let keys = SigningKeyCache()
        _ = keys.key(
            for: SigningScope(day: "20260101", region: "eu-west-1", service: "ecs"), credentials: credentials
        )
        let signer = SigV4Signer(credentials: credentials, region: "eu-west-1", service: "ecs", keys: keys)
        let answer = "<R><SecretAccessKey>\(Self.secret)</SecretAccessKey></R>"
        return [
            credentials, StaticCredentialProvider(credentials), file, profiles, context, request, keys, signer,
            try ProfileResolver(profiles: profiles).plan(for: "default"), EnvironmentCredentials(context: context),
            signer.sign(request, at: Date(timeIntervalSince1970: 0)),
            try AWSSettings(variables: variables, homeDirectory: "/nowhere"),
            HTTPExchangeRequest(method: .GET, url: "", headers: request.headers, body: Data()),
            ErrorParser(service: .ecs, operation: "", secrets: [Self.secret]),
            try #require(XMLFields(Data(answer.utf8))),
            try JSONDecoder().decode(
                SecretValue.self, from: Data(#"{"Name":"n","SecretString":"\#(Self.secret)"}"#.utf8)),
            try JSONDecoder().decode(
                CredentialDocument.self, from: Data(#"{"SecretAccessKey":"\#(Self.secret)"}"#.utf8)),
            BoundedProcess(
                program: "", arguments: [], environment: variables, timeout: .zero, outputMaximumBytes: 0
            ),
            try scriptedClient(exchange, credentials: StaticCredentialProvider(credentials)),
        ]
    }

    @Test func noWayOfPrintingShowsIt() throws {
        for holder in try holders() {
            var dumped = ""
            dump((label: "x", holder: holder), to: &dumped)
            for text in ["\(holder)", String(reflecting: holder), "\([holder])", dumped] {
                #expect(!text.contains(Self.secret), "\(type(of: holder))")
            }
        }
    }
}
