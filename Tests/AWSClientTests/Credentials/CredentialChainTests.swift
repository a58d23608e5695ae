@testable import AWSClient
import Foundation
import Testing

/// The whole chain as the server builds it, with an environment, files and servers of its own.
@Suite(.timeLimit(.minutes(2))) struct CredentialChainTests {
    /// What a fake of STS, container endpoint and instance metadata answers.
    private static func respond(_ request: TestServer.Request) -> TestServer.Reply {
        let expiration = "2030-01-01T00:00:00Z"
        switch (request.method, request.path) {
        case ("GET", "/container"):
            let isAllowed = request.header("authorization") == "the token"
            return isAllowed
                ? .answer(
                    200, #"{"AccessKeyId":"CONTAINER","SecretAccessKey":"s","Token":"t","Expiration":"\#(expiration)"}"#
                )
                : .answer(403, "")
        case ("PUT", "/latest/api/token"):
            return request.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600"
                ? .answer(200, "MDTOKEN") : .answer(400, "")
        case ("GET", _) where request.header("x-aws-ec2-metadata-token") != "MDTOKEN":
            return .answer(401, "")
        case ("GET", "/latest/meta-data/iam/security-credentials/"):
            return .answer(200, "my-role\n")
        case ("GET", "/latest/meta-data/iam/security-credentials/my-role"):
            return .answer(
                200,
                #"{"Code":"Success","AccessKeyId":"INSTANCE","SecretAccessKey":"s","Token":"t","Expiration":"\#(expiration)"}"#
            )
        case ("GET", "/latest/meta-data/placement/region"):
            return .answer(200, "ap-south-1")
        case ("POST", "/"):
            return sts(request, expiration)
        default:
            return .answer(404, "")
        }
    }

    private static func sts(_ request: TestServer.Request, _ expiration: String) -> TestServer.Reply {
        let operation = request.body.contains("WebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole"
        let who = request.header("authorization").flatMap {
            $0.split(separator: "=").dropFirst().first?.prefix { $0 != "/" }
        }
        if request.body.contains("denied") {
            return .answer(
                403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>"
            )
        }
        return .answer(
            200,
            "<\(operation)Response><\(operation)Result><Credentials><AccessKeyId>ROLE-OF-\(who ?? "NOBODY")</AccessKeyId>"
                + "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>\(expiration)</Expiration>"
                + "</Credentials></\(operation)Result></\(operation)Response>"
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var variables: [String: String] = [:]
        var credentials = ""
        var config = ""
        var profile: String?
        /// The access key that comes out, or a part of the error.
        var key: String?
        var failure: String?

        var testDescription: String { self.name }
    }

    private static let environment = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"]
    private static let container = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVER/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "the token",
    ]
    private static let instance = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "SERVER"]
    private static let file =
        "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n[build]\naws_access_key_id = BUILD\naws_secret_access_key = s"
    private static let web = ["AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"]

    private static func all(_ parts: [String: String]...) -> [String: String] {
        parts.reduce(into: [:]) { $0.merge($1) { $1 } }
    }

    static let rows: [Row] = [
        Row(
            name: "environment comes before everything", variables: all(environment, web, container, instance),
            credentials: file, key: "ENV"),
        Row(
            name: "web identity comes before files", variables: all(web, container, instance), credentials: file,
            key: "ROLE-OF-NOBODY"),
        Row(
            name: "files come before the container", variables: all(container, instance), credentials: file, key: "FILE"
        ),
        Row(name: "the container comes before the instance", variables: all(container, instance), key: "CONTAINER"),
        Row(name: "the instance is last", variables: instance, key: "INSTANCE"),
        Row(
            name: "AWS_PROFILE does not switch the environment off",
            variables: all(environment, ["AWS_PROFILE": "build"]), credentials: file, key: "ENV"),
        Row(
            name: "a profile named in code does", variables: environment, credentials: file, profile: "build",
            key: "BUILD"),
        Row(
            name: "AWS_PROFILE chooses the profile", variables: ["AWS_PROFILE": "build"], credentials: file,
            key: "BUILD"),
        Row(
            name: "a role by source_profile", credentials: file,
            config: "[profile r]\nrole_arn = arn:x\nsource_profile = build", profile: "r", key: "ROLE-OF-BUILD"),
        Row(
            name: "a role by credential_source Environment", variables: environment,
            config: "[profile r]\nrole_arn = arn:x\ncredential_source = Environment", profile: "r", key: "ROLE-OF-ENV"),
        Row(
            name: "a role by credential_source EcsContainer", variables: container,
            config: "[profile r]\nrole_arn = arn:x\ncredential_source = EcsContainer", profile: "r",
            key: "ROLE-OF-CONTAINER"),
        Row(
            name: "a role by credential_source Ec2InstanceMetadata", variables: instance,
            config: "[profile r]\nrole_arn = arn:x\ncredential_source = Ec2InstanceMetadata", profile: "r",
            key: "ROLE-OF-INSTANCE"),
        Row(
            name: "a role of a role", credentials: file,
            config:
                "[profile r]\nrole_arn = arn:x\nsource_profile = q\n[profile q]\nrole_arn = arn:y\nsource_profile = build",
            profile: "r", key: "ROLE-OF-ROLE-OF-BUILD"),
        Row(
            name: "a web identity in a profile",
            config: "[profile r]\nrole_arn = arn:x\nweb_identity_token_file = HOME/token", profile: "r",
            key: "ROLE-OF-NOBODY"),
        Row(
            name: "a process", variables: ["PATH": "HOME/bin"],
            config: "[profile r]\ncredential_process = give 'with space' \"$HOME\"", profile: "r",
            key: "with space,$HOME"),
        Row(
            name: "half an environment", variables: all(["AWS_ACCESS_KEY_ID": "x"], container),
            failure: "AWS_SECRET_ACCESS_KEY is not"),
        Row(
            name: "the other half", variables: all(["AWS_SECRET_ACCESS_KEY": "x"], container),
            failure: "AWS_ACCESS_KEY_ID is not"),
        Row(
            name: "a profile that is not there", variables: all(["AWS_PROFILE": "gone"], container), credentials: file,
            failure: "Known profiles: build, default"),
        Row(
            name: "a role that is refused", variables: container, credentials: file,
            config: "[profile r]\nrole_arn = denied\nsource_profile = build", profile: "r",
            failure: "profile build could not assume denied: STS AssumeRole: AccessDenied (HTTP 403): not you"),
        Row(
            name: "a missing token file",
            variables: all(["AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/gone", "AWS_ROLE_ARN": "r"], container),
            failure: "HOME/gone does not exist"),
        Row(
            name: "a token file without a role",
            variables: all(["AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token"], container), failure: "AWS_ROLE_ARN is not"),
        Row(
            name: "a wrong container token", variables: all(container, ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong"]),
            failure: "HTTP 403"),
        Row(
            name: "a container token from a file that wins",
            variables: all(
                container,
                [
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/container-token",
                ]), key: "CONTAINER"),
        Row(
            name: "a container token with a line break",
            variables: all(container, ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "the token\r\nX-Evil: 1"]),
            failure: "line break"),
        Row(
            name: "plain http to the world",
            variables: all(instance, ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/x"]),
            failure: "neither https nor a local address"),
        Row(
            name: "a relative path that is none",
            variables: all(instance, ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@evil.example/"]),
            failure: "no absolute path"),
    ]

    @Test(arguments: rows) func theChainActsAsTheRightIdentity(row: Row) async throws {
        try await TestServer.with(Self.respond) { server in
            try await withTemporaryDirectory { home in
                let result = try await run(row, home: home, server: server.url)
                switch result {
                case .success(let credentials):
                    #expect(credentials.accessKeyID == row.key, "\(credentials)")
                case .failure(let error):
                    let text = "\(error)".replacingOccurrences(of: home, with: "HOME")
                    #expect(row.failure.map { text.contains($0) } ?? false, "\(text)")
                    #expect((error as? CredentialError)?.code == .failed)
                }
            }
        }
    }

    private func run(_ row: Row, home: String, server: String) async throws -> Result<AWSCredentials, any Error> {
        func fill(_ text: String) -> String {
            text.replacingOccurrences(of: "HOME/", with: "\(home)/").replacingOccurrences(of: "SERVER", with: server)
        }
        if !row.credentials.isEmpty { try write(fill(row.credentials), to: "\(home)/.aws/credentials") }
        if !row.config.isEmpty { try write(fill(row.config), to: "\(home)/.aws/config") }
        try write("web.identity.token\n", to: "\(home)/token")
        try write("the token", to: "\(home)/container-token")
        let script = """
            #!/bin/sh
            echo secret-on-stderr >&2
            printf '{"Version":1,"AccessKeyId":"%s,%s","SecretAccessKey":"s"}' "$1" "$2"
            """
        try write(script, to: "\(home)/bin/give", executable: true)
        var variables = row.variables.mapValues(fill)
        variables["AWS_ENDPOINT_URL"] = server
        return try await withHTTPClient { http in
            let settings = try AWSSettings(variables: variables, homeDirectory: home, profile: row.profile)
            let cache = settings.credentials(
                region: try AWSRegion("eu-west-1"), httpClient: http, runtime: ManualRuntime().runtime, logger: quiet
            )
            do { return .success(try await cache.credentials()) } catch { return .failure(error) }
        }
    }

    @Test func whenNothingAppliesEverySourceSaysWhyAndHowToMendIt() async throws {
        let row = Row(name: "", variables: ["AWS_EC2_METADATA_DISABLED": "true"])
        let result = try await withTemporaryDirectory { try await run(row, home: $0, server: "http://127.0.0.1:9") }
        guard case .failure(let error as CredentialError) = result else {
            Issue.record("there are credentials")
            return
        }
        #expect(error.code == .exhausted)
        #expect(
            error.attempts.map(\.source) == [
                "environment variables", "web identity from environment variables", "profile default",
                "container credentials",
                "EC2 instance metadata",
            ])
        #expect(error.attempts.allSatisfy { !$0.reason.isEmpty && !$0.mend.isEmpty })
        #expect(error.description.split(separator: "\n").count == 7)
    }

    @Test func anInstanceWithoutARoleOrAServiceIsNotConfigured() async throws {
        let row = Row(name: "", variables: Self.instance)
        for reply in [TestServer.Reply.answer(404, ""), .close, .answer(200, "")] {
            let result = try await TestServer.with({ _ in reply }) { server in
                try await withTemporaryDirectory { try await run(row, home: $0, server: server.url) }
            }
            guard case .failure(let error as CredentialError) = result else {
                Issue.record("there are credentials")
                return
            }
            #expect(error.code == .exhausted)
        }
    }

    @Test func expiredInstanceCredentialsAreUsedOnForAWhile() async throws {
        let respond: @Sendable (TestServer.Request) -> TestServer.Reply = { request in
            guard request.path.hasSuffix("/my-role") else { return Self.respond(request) }
            let expired =
                #"{"Code":"Success","AccessKeyId":"OLD","SecretAccessKey":"s","Token":"t","Expiration":"2020-01-01T00:00:00Z"}"#
            return .answer(200, expired)
        }
        let result = try await TestServer.with(respond) { server in
            try await withTemporaryDirectory {
                try await run(Row(name: "", variables: Self.instance), home: $0, server: server.url)
            }
        }
        let credentials = try result.get()
        #expect(credentials.accessKeyID == "OLD")
        #expect(credentials.expiration == ManualRuntime().now + 1_200 + 150)
    }

    @Test func theContainerEndpointIsAskedThreeTimes() async throws {
        try await TestServer.with({ _ in .answer(500, "") }) { server in
            let row = Row(name: "", variables: Self.container)
            let result = try await withTemporaryDirectory { try await run(row, home: $0, server: server.url) }
            #expect(throws: CredentialError.self) { try result.get() }
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.8.9.1", true), ("[::1]", true), ("169.254.170.2", true),
        ("169.254.170.23", true), ("[fd00:ec2::23]", true), ("127.0.0.1.evil.example", false), ("127.0.0", false),
        ("169.254.169.254", false), ("10.0.0.1", false), ("example.com", false), ("", false), ("127.0.0.256", false),
    ])
    func plainHTTPIsForLocalAddressesOnly(host: String, isTrusted: Bool) {
        #expect(ContainerCredentials.isTrustedForPlainHTTP(host) == isTrusted)
    }

    @Test func theRegionIsTheFirstThatIsSet() async throws {
        try await TestServer.with(Self.respond) { server in
            try await withTemporaryDirectory { home in
                try await withHTTPClient { http in
                    func region(_ variables: [String: String], given: String? = nil) async throws -> String {
                        let all = variables.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]) { $1 }
                        return try await AWSSettings(variables: all, homeDirectory: home)
                            .region(given: given, httpClient: http, runtime: ManualRuntime().runtime, logger: quiet)
                            .name
                    }
                    let both = ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"]
                    #expect(try await region([:]) == "ap-south-1")
                    try write("[default]\nregion = eu-west-3", to: "\(home)/.aws/config")
                    #expect(try await region([:]) == "eu-west-3")
                    #expect(try await region(["AWS_DEFAULT_REGION": "eu-west-2"]) == "eu-west-2")
                    #expect(try await region(both) == "eu-west-1")
                    #expect(try await region(both, given: "us-east-2") == "us-east-2")
                    await #expect(throws: AWSError.self) { try await region(["AWS_REGION": "no region!"]) }
                }
            }
        }
    }
}
