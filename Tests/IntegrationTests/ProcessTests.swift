import Foundation
import SlipwayCore
import SlipwaySQLite
import SlipwaySandbox
import SlipwayTestSupport
import Testing

/// The built program, as an operator runs it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ProcessTests {
    /// I1: what was answered with 200 survives `kill -9`, and the ledger with it.
    @Test func killedUnderLoadItLosesNothingThatItAcknowledged() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let sender = try HookSender(trusting: installation.path("tls.crt"))
        for round in 1...5 {
            let server = try installation.serve("server-\(round).log")
            let port = try await installation.port(of: server)
            let before = sender.acknowledged.count
            let posting = Task {
                await withDiscardingTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask { while !Task.isCancelled { await sender.post(to: port) } }
                    }
                }
            }
            let end = ContinuousClock.now + .seconds(20)
            while sender.acknowledged.count < before + 50, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(2))
            }
            server.send(SIGKILL)
            posting.cancel()
            await posting.value
            #expect(sender.acknowledged.count >= before + 50)
            _ = try await server.status(within: .seconds(10))
        }
        let reader = try StoreReader(path: installation.path("slipway.db"))
        var recorded: Set<Int> = []
        for try await record in reader.allRecords() where record.kind.hasPrefix("delivery.") {
            if let run = record.facts.firstMatch(of: /"run":(\d+)/)?.1, let number = Int(run) {
                recorded.insert(number)
            }
        }
        #expect(Set(sender.acknowledged).isSubset(of: recorded))
        #expect(try await reader.verify().isSound)
        await reader.close()
    }

    @Test func sigtermEndsItWithZeroAndASecondServerIsRefusedMeanwhile() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let server = try installation.serve()
        _ = try await installation.port(of: server)
        let second = try installation.serve("second.log")
        let status = try await second.status(within: .seconds(20))
        #expect(status == 69)
        #expect(second.output.contains("process \(server.processID) already runs on this store"), "\(second.output)")
        server.send(SIGTERM)
        #expect(try await server.status(within: .seconds(30)) == 0, "\(server.output)")
        for log in [server.output, second.output] {
            #expect(!log.contains(Installation.token) && !log.contains(Installation.password))
        }
    }

    @Test func aPortInUseIsSaidPlainly() async throws {
        let first = try await Installation()
        defer { first.folder.remove() }
        let server = try first.serve()
        let port = try await first.port(of: server)
        let second = try await Installation(port: port)
        defer { second.folder.remove() }
        let refused = try second.serve()
        #expect(try await refused.status(within: .seconds(30)) == 2, "\(refused.output)")
        #expect(refused.output.contains("\(port)"))
        server.send(SIGTERM)
        _ = try await server.status(within: .seconds(30))
    }

    @Test func aHostThatCannotBeResolvedIsAFaultOfTheConfiguration() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let path = installation.path("slipway.yaml")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try installation.folder.write(
            text.replacing("receiver:\n  host: 127.0.0.1", with: "receiver:\n  host: no.such.host.invalid"),
            to: "slipway.yaml")
        let answer = try await installation.slipway("serve")
        #expect(answer.status == 2, "\(answer.output)")
        #expect(answer.output.contains("no.such.host.invalid"))
    }

    @Test func aConfigurationThatIsWrongExitsWithTwoAndNamesTheKey() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let path = installation.path("slipway.yaml")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try installation.folder.write(text.replacing("cluster:", with: "clutser:"), to: "slipway.yaml")
        let answer = try await installation.slipway("serve")
        #expect(answer.status == 2)
        #expect(answer.output.contains("clutser") && answer.output.contains("cluster"))
    }

    @Test func aNewCertificateIsServedAfterSIGHUP() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let server = try installation.serve()
        let port = try await installation.port(of: server)
        #expect(try await subject(port, installation).contains("localhost"))
        let open = try OpenConnection(port: port, log: installation.path("open.log"))
        #expect(try await open.asksForHealth())
        try await installation.makeCertificate(commonName: "renewed")
        server.send(SIGHUP)
        #expect(try await server.line(with: "The certificate was read anew") != nil)
        #expect(try await subject(port, installation).contains("renewed"))
        #expect(try await open.asksForHealth(), "the open connection was dropped")
        server.send(SIGTERM)
        #expect(try await server.status(within: .seconds(30)) == 0)
    }

    /// While it still waits for the store it has not come to what listens for the signal.
    @Test func aHangupBeforeItRunsDoesNotEndIt() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let command = try StoreLock(path: installation.path("slipway.db"))
        let server = try installation.serve()
        #expect(try await server.line(with: "Waiting for the store") != nil, "\(server.output)")
        server.send(SIGHUP)
        try await Task.sleep(for: .milliseconds(200))
        #expect(server.isRunning, "\(server.output)")
        command.close()
        _ = try await installation.port(of: server)
        #expect(try await server.line(with: "The certificate was read anew") != nil)
        server.send(SIGTERM)
        #expect(try await server.status(within: .seconds(30)) == 0)
    }

    private func subject(_ port: Int, _ installation: Installation) async throws -> String {
        let program = try Program(
            "/usr/bin/env", ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"],
            outputTo: installation.path("s_client.log"))
        _ = try await program.status(within: .seconds(20))
        return program.output.split(separator: "\n").first { $0.hasPrefix("subject=") }.map(String.init)
            ?? program.output
    }

    @Test(arguments: [
        ("jobs", "5 of 5 jobs ran"), ("extension", "ran on the agent that it had asked for"),
        ("warm", "2 jobs found an agent online"),
    ])
    func theDemoEndsWell(scenario: String, tells: String) async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let demo = try Program(
            Program.slipway, ["demo", "--speed", "30", "--scenario", scenario],
            environment: ["TMPDIR": folder.url.path(percentEncoded: false)], outputTo: folder.path("demo.log"))
        #expect(try await demo.status(within: .seconds(180)) == 0, "\(demo.output)")
        #expect(demo.output.contains(tells), "\(demo.output)")
        #expect(demo.output.contains("To look around in it: \(Program.slipway) demo --keep"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
        #expect(left == ["demo.log"])
    }

    @Test func aDemoThatFailsKeepsItsFiles() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        // Files may not grow beyond 16 KiB here: the store can't be made.
        let demo = try Program(
            "/bin/bash", ["-c", #"trap '' XFSZ; ulimit -f 16; exec "$0" demo"#, Program.slipway],
            environment: ["TMPDIR": folder.url.path(percentEncoded: false)], outputTo: folder.path("demo.log"))
        let status = try await demo.status(within: .seconds(180))
        #expect(status != 0 && status != nil, "\(demo.output)")
        #expect(demo.output.contains("The demo's files stay in"), "\(demo.output)")
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
            .first { $0.hasPrefix("slipway-demo-") }
        #expect(FileManager.default.fileExists(atPath: folder.path("\(kept ?? "none")/slipway.yaml")))
    }

    /// I7, over everything that is written: with the services out of reach every call fails, and every error is logged.
    @Test func noSecretIsWrittenAnywhere() async throws {
        let installation = try await Installation()
        defer { installation.folder.remove() }
        let sender = try HookSender(trusting: installation.path("tls.crt"))
        let server = try installation.serve()
        let port = try await installation.port(of: server)
        for _ in 0..<5 { await sender.post(to: port) }
        #expect(try await server.line(with: "could not be looked up", within: .seconds(60)) != nil)
        server.send(SIGTERM)
        _ = try await server.status(within: .seconds(30))
        _ = try await installation.slipway("ledger", "export", "--format", "jsonl")
        _ = try await installation.slipway("doctor")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: installation.folder.url.path(percentEncoded: false))
        #expect(names.contains("slipway.db") && names.contains("server.log"))
        try installation.expectNoSecretsInFiles()
    }
}
