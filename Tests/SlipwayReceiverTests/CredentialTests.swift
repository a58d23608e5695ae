import Crypto
import Foundation
import NIOHTTP1
import SlipwayCore
import Testing

@testable import SlipwayReceiver

@Suite("Credentials", .timeLimit(.minutes(1)))
struct CredentialTests {
    static let refused: [(String, [String])] = [
        ("none", []),
        ("a wrong password", ["Authorization: " + Hook.authorization(Hook.userName, "wrong-horse-battery-")]),
        ("a wrong user name", ["Authorization: " + Hook.authorization("Slipway", Hook.password)]),
        (
            "a password cut short",
            ["Authorization: " + Hook.authorization(Hook.userName, String(Hook.password.dropLast()))]
        ),
        ("an empty password", ["Authorization: " + Hook.authorization(Hook.userName, "")]),
        ("not base64", ["Authorization: Basic slipway:correct-horse-battery"]),
        ("the scheme alone", ["Authorization: Basic"]),
        ("no scheme", ["Authorization: " + Hook.authorization().dropFirst(6)]),
        ("another scheme", ["Authorization: Bearer " + Hook.authorization().dropFirst(6)]),
        ("twice, once right", ["Authorization: Basic eDp5", "Authorization: " + Hook.authorization()]),
        ("twice the right ones", ["Authorization: " + Hook.authorization(), "Authorization: " + Hook.authorization()]),
        ("7,000 bytes", ["Authorization: Basic " + String(repeating: "A", count: 7_000)]),
        ("an empty value", ["Authorization:"]),
    ]

    @Test("A hook without the right credentials gets 401 with no detail, and nothing is recorded", arguments: refused)
    func wrong(what: String, fields: [String]) async throws {
        try await RunningReceiver.with { server in
            let response = try #require(
                try await server.exchange(Hook.post(try Hook.sample(Hook.waiting), authorization: nil, fields: fields)))
            #expect(response.status == 401)
            #expect(response.body == "")
            #expect(response.fields["www-authenticate"] == #"Basic realm="slipway", charset="UTF-8""#)
            #expect(server.store.deliveries.isEmpty)
            #expect(server.store.readings == 0)
            #expect(server.hints.hints.isEmpty)
            #expect(server.receiver.statistics.failedAuthentications.values.reduce(0, +) == 1)
        }
    }

    @Test(
        "While passwords are changed over, the old and the new one are valid",
        arguments: [Hook.password, Hook.nextPassword])
    func rotation(password: String) async throws {
        try await RunningReceiver.with { server in
            let request = Hook.post("{}", authorization: Hook.authorization(Hook.userName, password))
            let answer = try await server.exchange(request)
            #expect(answer?.status == 200)
        }
    }

    @Test("The scheme's case and the field's case don't matter")
    func cases() throws {
        let authenticator = HookAuthenticator(try Hook.credentials())
        let text = Hook.authorization().dropFirst(6)
        #expect(authenticator.failure(in: ["AUTHORIZATION": "bAsIc  \(text)"]) == nil)
    }

    @Test(
        "A secret header is as good as Basic credentials",
        arguments: [
            ("X-Hook-Token: first-token-0123456789", 200), ("x-hook-token: second-token-0123456789", 200),
            ("X-Hook-Token: third-token-0123456789", 401), ("X-Hook-Token: ", 401),
            ("X-Other: first-token-0123456789", 401),
            ("X-Hook-Token: first-token-0123456789\r\nX-Hook-Token: first-token-0123456789", 401),
        ])
    func secretHeader(field: String, status: Int) async throws {
        let credentials = try HookCredentials.header(
            name: "X-Hook-Token", values: ["first-token-0123456789", "second-token-0123456789"])
        try await RunningReceiver.with(credentials: credentials) { server in
            let response = try await server.exchange(Hook.post("{}", authorization: nil, fields: [field]))
            #expect(response?.status == status)
            // There is no scheme by which to ask for a header.
            #expect(response?.fields["www-authenticate"] == nil)
        }
    }

    @Test("When both proofs are configured, one of them is not enough")
    func both() throws {
        let credentials = try Hook.credentials().and(.header(name: "X-Hook-Token", values: ["first-token-0123456789"]))
        let authenticator = HookAuthenticator(credentials)
        let basic = ("Authorization", Hook.authorization())
        let header = ("X-Hook-Token", "first-token-0123456789")
        #expect(authenticator.failure(in: HTTPHeaders([basic, header])) == nil)
        #expect(authenticator.failure(in: HTTPHeaders([basic])) == .missing)
        #expect(authenticator.failure(in: HTTPHeaders([header])) == .missing)
    }

    @Test(
        "What was wrong is told apart in the statistics",
        arguments: [
            (HTTPHeaders(), "missing"), (["authorization": "Bearer x"], "malformed"),
            (["authorization": "Basic eDp5"], "wrong"),
            (["authorization": "Basic " + String(repeating: "A", count: 1100)], "oversized"),
        ] as [(HTTPHeaders, String)])
    func failures(headers: HTTPHeaders, failure: String) throws {
        #expect(HookAuthenticator(try Hook.credentials()).failure(in: headers)?.rawValue == failure)
    }

    @Test("Every candidate is compared, whichever matches")
    func constantTime() {
        let secrets = ["first-secret-0123456789", "second-secret-0123456789"]
        let set = SecretSet(secrets)
        for presented in secrets + ["neither", ""] {
            var comparisons = 0
            let isContained = set.contains(presented) {
                comparisons += 1
                return $0 == $1
            }
            #expect(comparisons == 2)
            #expect(isContained == secrets.contains(presented))
        }
    }

    @Test(
        "Secrets that Azure DevOps can't send, or that can be guessed, are refused at start",
        arguments: [
            "", "short", String(repeating: "x", count: 257), "with white space in it", "line-break-at-its-end\n",
            "größenwahnsinnig-lang",
        ])
    func unusableSecret(secret: String) {
        #expect(throws: ReceiverError.self) { try HookCredentials.basic(userName: "slipway", passwords: [secret]) }
        #expect(throws: ReceiverError.self) { try HookCredentials.header(name: "X-Hook-Token", values: [secret]) }
    }

    @Test("So are no passwords, three of them, a colon in the user name, and headers that HTTP needs")
    func unusableConfiguration() {
        let three = ["first-secret-0123456789", "second-secret-0123456789", "third-secret-0123456789"]
        #expect(throws: ReceiverError.self) { try HookCredentials.basic(userName: "slipway", passwords: []) }
        #expect(throws: ReceiverError.self) { try HookCredentials.basic(userName: "slipway", passwords: three) }
        #expect(throws: ReceiverError.self) { try HookCredentials.basic(userName: "a:b", passwords: [Hook.password]) }
        #expect(throws: ReceiverError.self) { try HookCredentials.header(name: "Host", values: [Hook.password]) }
        #expect(throws: ReceiverError.self) { try HookCredentials.header(name: "bad name", values: [Hook.password]) }
    }

    @Test("No description of the credentials shows a secret")
    func redacted() throws {
        let credentials = try Hook.credentials().and(.header(name: "X-Hook-Token", values: ["first-token-0123456789"]))
        var dumped = ""
        dump(ReceiverConfiguration(credentials: credentials), to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("horse") && !text.contains("first-token"))
        }
        let error = #expect(throws: ReceiverError.self) {
            try HookCredentials.basic(userName: "slipway", passwords: ["secret horse with spaces"])
        }
        #expect(error.map { "\($0)".contains("horse") } == false)
    }

    @Test("A source with too many failures has its connections closed at each, and a valid hook from it is still taken")
    func tooManyFailures() async throws {
        let configure: (inout ReceiverConfiguration) -> Void = {
            $0.limits.failuresPerSource = 3
            $0.limits.failuresPerSourcePerMinute = 1
        }
        try await RunningReceiver.with(configure: configure) { server in
            let guess = Hook.post("{}", authorization: Hook.authorization("slipway", "a-guess-0123456789"))
            let connection = try await server.connect()
            for isLast in [false, false, false, true] {
                await connection.send(guess)
                let response = await connection.response()
                #expect(response?.status == 401)
                #expect(response?.closes == isLast)
            }
            #expect(try await server.exchange(Hook.post("{}"))?.status == 200)
            server.time.advance(milliseconds: 60_000)
            #expect(try await server.exchange(guess)?.closes == false)
            #expect(try await server.exchange(guess)?.closes == true)
        }
    }
}
