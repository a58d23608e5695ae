import Foundation
import Testing

@testable import slipway

@Suite struct SecretReaderTests {
    private func read(
        _ reference: SecretReference, environment: [String: String] = [:], managed: [String: String] = [:]
    ) async throws(Complaint) -> String {
        let reader = SecretReader(environment: environment) { id in
            guard let text = managed[id] else { throw Refused() }
            return text
        }
        return try await reader.read(reference).revealed
    }

    private struct Refused: Error, CustomStringConvertible { var description: String { "access denied" } }

    private func file(_ bytes: [UInt8]) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "slipway-secret-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        return url.path(percentEncoded: false)
    }

    @Test(arguments: ["hunter2", "hunter2\n", "hunter2\r\n"])
    func `A file's last line break is no part of the secret`(_ text: String) async throws {
        let path = try file(Array(text.utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try await read(.file(path)) == "hunter2")
    }

    @Test func `White space inside of a secret is kept`() async throws {
        #expect(try await read(.environment("S"), environment: ["S": " two words "]) == " two words ")
    }

    @Test func `A secret of AWS is read whole or by one of its keys`() async throws {
        let managed = ["plain": "hunter2", "json": #"{"token": "hunter3", "count": 3}"#]
        #expect(try await read(.secretsManager(id: "plain", jsonKey: nil), managed: managed) == "hunter2")
        #expect(try await read(.secretsManager(id: "json", jsonKey: "token"), managed: managed) == "hunter3")
    }

    @Test func `What can't be read says why, and never shows a secret`() async throws {
        let several = try file(Array("hunter2\nhunter3\n".utf8))
        let binary = try file([0xFF, 0xFE])
        let huge = try file([UInt8](repeating: 65, count: 65_537))
        defer { for path in [several, binary, huge] { try? FileManager.default.removeItem(atPath: path) } }
        let managed = ["plain": "hunter2", "json": #"{"count": 3}"#]
        let cases: [(SecretReference, String)] = [
            (.file("/nonexistent"), "/nonexistent: there is no such file"),
            (.file("/tmp"), "/tmp: it is a directory"),
            (.file(several), "the secret has several lines (file \(several))"),
            (.file(binary), "\(binary): it is not UTF-8"),
            (.file(huge), "\(huge): it is larger than 65536 bytes"),
            (.environment("NONE"), "the environment variable NONE is not set"),
            (.environment("EMPTY"), "the secret is empty (environment variable EMPTY)"),
            (.secretsManager(id: "gone", jsonKey: nil), "AWS secret gone can't be read: access denied"),
            (.secretsManager(id: "plain", jsonKey: "a"), "AWS secret plain is no JSON object"),
            (.secretsManager(id: "json", jsonKey: "count"), "AWS secret json has no text under the key count"),
        ]
        for (reference, found) in cases {
            await #expect(throws: Complaint.self) {
                _ = try await read(reference, environment: ["EMPTY": ""], managed: managed)
            }
            do throws(Complaint) {
                _ = try await read(reference, environment: ["EMPTY": ""], managed: managed)
            } catch {
                #expect(error.found == found)
                #expect(!"\(error)".contains("hunter"))
            }
        }
    }

    @Test func `Every secret that can't be read is reported with its key`() async throws {
        let loaded = try load(try Fixture.base())
        let reader = SecretReader(environment: [:]) { _ in throw Refused() }
        do {
            _ = try await loaded.secrets(reader)
            Issue.record("nothing can be read here")
        } catch {
            #expect(
                error.description == """
                    slipway.yaml:5: hooks.passwords: /run/secrets/hook-now: there is no such file; check the path, and that it is mounted here
                    slipway.yaml:8: azureDevOps.token: /run/secrets/azp-token: there is no such file; check the path, and that it is mounted here
                    """)
        }
    }

    @Test(arguments: [
        ("file:/run/secrets/a", SecretReference.file("/run/secrets/a")), ("env:A_1", .environment("A_1")),
        (
            "aws-secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:x-AbCdEf#token",
            .secretsManager(id: "arn:aws:secretsmanager:eu-west-1:1:secret:x-AbCdEf", jsonKey: "token")
        ),
        ("aws-secretsmanager:hooks/now", .secretsManager(id: "hooks/now", jsonKey: nil)),
        ("pa:ssword", .inline(SecretText("pa:ssword"))), ("plain", .inline(SecretText("plain"))),
    ])
    func `A reference is read as what it says`(_ text: String, _ reference: SecretReference) throws {
        #expect(try SecretReference.parse(text) == reference)
    }

    @Test func `No description of a secret shows it`() {
        let secrets = SlipwaySecrets(hookPasswords: [SecretText("hunter2")], azureDevOps: .token(SecretText("hunter2")))
        var dumped = ""
        dump(secrets, to: &dumped)
        #expect(!"\(secrets) \(String(reflecting: secrets)) \(dumped)".contains("hunter2"))
    }
}
