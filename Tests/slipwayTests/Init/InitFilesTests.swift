import Foundation
import Testing

@testable import slipway

@Suite struct InitFilesTests {
    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func `Secrets are new, long, and for their owner only`() throws {
        let folder = try TemporaryDirectory()
        let files = InitFiles(given: InitGiven(path: folder.path("slipway.yaml")), replaces: false)
        try files.check()
        let results = try files.write("text\n", usesClaims: true)
        #expect(results.count == 3)
        #expect(try String(contentsOfFile: folder.path("slipway.yaml"), encoding: .utf8) == "text\n")
        let secrets = try ["hook-password", "claim-secret"].map { name in
            #expect(try mode(folder.path(name)) == 0o600)
            return try String(contentsOfFile: folder.path(name), encoding: .utf8)
        }
        #expect(secrets.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
        #expect(secrets[0] != secrets[1])
        #expect(results.allSatisfy { result in !secrets.contains { result.findings[0].message.contains($0) } })
    }

    @Test func `Without claims their secret isn't made`() throws {
        let folder = try TemporaryDirectory()
        _ = try InitFiles(given: InitGiven(path: folder.path("a.yaml")), replaces: false).write("", usesClaims: false)
        #expect(!FileManager.default.fileExists(atPath: folder.path("claim-secret")))
    }

    @Test func `What is there is never overwritten, and with force only the configuration`() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("slipway.yaml")
        try Data("mine".utf8).write(to: URL(filePath: path))
        try Data("my-old-password".utf8).write(to: URL(filePath: folder.path("hook-password")))
        let given = InitGiven(path: path)
        #expect(throws: CommandFailure.self) { try InitFiles(given: given, replaces: false).check() }
        // Also when it came while services were asked.
        #expect(throws: CommandFailure.self) {
            try InitFiles(given: given, replaces: false).write("new", usesClaims: false)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        let forced = InitFiles(given: given, replaces: true)
        try forced.check()
        let results = try forced.write("new", usesClaims: false)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(try String(contentsOfFile: folder.path("hook-password"), encoding: .utf8) == "my-old-password")
        #expect(results.last?.findings.first?.message.contains("stays as it is") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")).count == 2)
    }

    @Test func `A folder that isn't there is wrong usage`() {
        let files = InitFiles(given: InitGiven(path: "/nonexistent/slipway.yaml"), replaces: false)
        #expect(throws: CommandFailure.self) { try files.write("", usesClaims: false) }
    }

    @Test func `Files that the configuration names and that lack are told with a mend`() throws {
        let folder = try TemporaryDirectory()
        var given = InitGiven(path: folder.path("slipway.yaml"))
        given.certificate = folder.path("tls.crt")
        try Data().write(to: URL(filePath: folder.path("tls.crt")))
        let missing = InitFiles(given: given, replaces: false).missing
        #expect(missing.map(\.check) == ["azureDevOps.token", "receiver.privateKey"])
        #expect(missing[0].findings[0].mend?.contains("umask 077") == true)
    }
}
