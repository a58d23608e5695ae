@testable import AWSClient
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct ProcessCredentialsTests {
    private func run(_ script: String, timeout: Duration = .seconds(20)) async throws -> BoundedProcess.Outcome {
        try await BoundedProcess(
            program: "sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin", "GIVEN": "x"],
            timeout: timeout,
            outputMaximumBytes: 1_000
        ).run()
    }

    @Test func outputStatusAndEnvironmentAreTheProgramsOwn() async throws {
        #expect(
            try await run("printf \"$GIVEN\"; echo hidden >&2; exit 3") == .exited(status: 3, output: Data("x".utf8)))
        #expect(try await run("cat") == .exited(status: 0, output: Data()))
    }

    @Test func aProgramThatTakesTooLongIsKilled() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try await run("exec sleep 30", timeout: .milliseconds(300)) == .timedOut)
        // Output closed, still running.
        #expect(try await run("exec sleep 30 >/dev/null", timeout: .milliseconds(300)) == .timedOut)
        // Ended, but a grandchild holds the output open.
        #expect(try await run("sleep 3 & exit 0", timeout: .milliseconds(300)) == .timedOut)
        #expect(clock.now - start < .seconds(20))
    }

    @Test func aProgramThatPrintsTooMuchIsKilled() async throws {
        #expect(try await run("exec yes") == .outputTooLarge)
    }

    @Test func aCancelledCallerKillsTheProgram() async throws {
        try await withTemporaryDirectory { directory in
            let task = Task { try await run("echo $$ > \(directory)/pid; exec sleep 30") }
            var pid: pid_t?
            while pid == nil {
                pid = (try? String(contentsOfFile: "\(directory)/pid", encoding: .utf8))
                    .flatMap { pid_t($0.trimmingCharacters(in: .newlines)) }
                await Task.yield()
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let killed = try #require(pid)
            #expect(kill(killed, 0) == -1)
        }
    }

    @Test(arguments: [
        (#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"TOPSECRET","Expiration":"soon"}"#, "no ISO 8601 time"),
        (#"{"Version":2,"AccessKeyId":"A","SecretAccessKey":"TOPSECRET"}"#, "does not say “Version”: 1"),
        (#"{"Version":1,"AccessKeyId":"A"}"#, "lacks AccessKeyId or SecretAccessKey"),
        ("TOPSECRET", "not the JSON object"),
        ("", "not the JSON object"),
    ])
    func anAnswerThatIsNoneNeverShowsWhatItHeld(output: String, reason: String) async throws {
        let error = await caught(CredentialError.self) {
            _ = try CredentialDocument.credentials(
                from: Data(output.utf8), source: "s", mend: "m", requiringVersion: 1
            )
        }
        #expect(error?.reason.contains(reason) == true)
        #expect(error.map { "\($0)".contains("TOPSECRET") } == false)
    }

    @Test func aFailingCommandSaysItsStatusAndNothingOfItsOutput() async throws {
        try await withTemporaryDirectory { home in
            try write(
                "[default]\ncredential_process = /bin/sh -c 'echo TOPSECRET; echo TOPSECRET >&2; exit 7'",
                to: "\(home)/.aws/config")
            try await withHTTPClient { http in
                let settings = try AWSSettings(variables: [:], homeDirectory: home)
                let cache = settings.credentials(region: try AWSRegion("eu-west-1"), httpClient: http, logger: quiet)
                let error = await caught(CredentialError.self) { _ = try await cache.credentials() }
                #expect(error?.reason == "its command ended with status 7")
                #expect(error.map { "\($0)".contains("TOPSECRET") } == false)
            }
        }
    }

    @Test func aProgramThatIsNotThereIsSaidToBeMissing() async throws {
        let process = BoundedProcess(
            program: "no-such-program", arguments: [], environment: ["PATH": "/bin"], timeout: .seconds(5),
            outputMaximumBytes: 10
        )
        #expect(try await process.run() == .notFound)
    }
}
