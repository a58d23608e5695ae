@testable import AWSClient
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct CredentialCacheTests {
    /// Gives what it is told, when it is told.
    private final class HeldProvider: CredentialProvider {
        private struct State {
            var calls = 0
            var waiting: [CheckedContinuation<AWSCredentials, any Error>] = []
        }

        private let state = Mutex(State())
        let asked = AsyncStream<Void>.makeStream()

        var source: String { "held" }
        var calls: Int { self.state.withLock { $0.calls } }

        func credentials() async throws -> AWSCredentials {
            try await withCheckedThrowingContinuation { continuation in
                self.state.withLock { state in
                    state.calls += 1
                    state.waiting.append(continuation)
                }
                self.asked.continuation.yield()
            }
        }

        func finish(_ result: Result<AWSCredentials, any Error>) {
            let waiting = self.state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume(with: result) }
        }

        func wasAsked() async {
            for await _ in self.asked.stream { return }
        }
    }

    private struct Refused: Error {}

    private func credentials(_ key: String, expiringIn seconds: Double?, _ runtime: ManualRuntime) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: key, secretAccessKey: "s", expiration: seconds.map { runtime.now + $0 }, source: "held")
    }

    @Test func manyCallersStartOneRefresh() async throws {
        let runtime = ManualRuntime()
        let provider = HeldProvider()
        let cache = CredentialCache(provider, runtime: runtime.runtime, logger: quiet)
        let given = credentials("A", expiringIn: 3_600, runtime)
        try await withThrowingTaskGroup(of: AWSCredentials.self) { group in
            for _ in 0..<50 { group.addTask { try await cache.credentials() } }
            await provider.wasAsked()
            provider.finish(.success(given))
            for try await credentials in group { #expect(credentials == given) }
        }
        #expect(provider.calls == 1)
        #expect(try await cache.credentials() == given)
        #expect(provider.calls == 1)
    }

    @Test func aCancelledCallerLeavesWhileTheOthersGetTheirs() async throws {
        let runtime = ManualRuntime()
        let provider = HeldProvider()
        let cache = CredentialCache(provider, runtime: runtime.runtime, logger: quiet)
        let leaving = Task { try await cache.credentials() }
        let staying = Task { try await cache.credentials() }
        await provider.wasAsked()
        leaving.cancel()
        await #expect(throws: CancellationError.self) { try await leaving.value }
        let given = credentials("A", expiringIn: nil, runtime)
        provider.finish(.success(given))
        #expect(try await staying.value == given)
    }

    @Test func aFailureReachesEveryWaiterAndIsNotRemembered() async throws {
        let runtime = ManualRuntime()
        let provider = HeldProvider()
        let cache = CredentialCache(provider, runtime: runtime.runtime, logger: quiet)
        let first = Task { try await cache.credentials() }
        await provider.wasAsked()
        provider.finish(.failure(Refused()))
        await #expect(throws: Refused.self) { try await first.value }
        let second = Task { try await cache.credentials() }
        await provider.wasAsked()
        provider.finish(.success(credentials("A", expiringIn: nil, runtime)))
        #expect(try await second.value.accessKeyID == "A")
    }

    @Test func credentialsAreRenewedInTheBackgroundWhileTheyAreStillGood() async throws {
        let runtime = ManualRuntime()
        let provider = HeldProvider()
        let cache = CredentialCache(provider, runtime: runtime.runtime, logger: quiet)
        let first = Task { try await cache.credentials() }
        await provider.wasAsked()
        provider.finish(.success(credentials("A", expiringIn: 3_600, runtime)))
        _ = try await first.value

        runtime.advance(seconds: 3_600 - 900)
        #expect(try await cache.credentials().accessKeyID == "A")
        await provider.wasAsked()
        #expect(try await cache.credentials().accessKeyID == "A")
        #expect(provider.calls == 2)
        provider.finish(.success(credentials("B", expiringIn: 3_600, runtime)))
        while try await cache.credentials().accessKeyID == "A" { await Task.yield() }
        #expect(provider.calls == 2)
    }

    @Test func rejectedCredentialsAreForgottenAndNewerOnesAreNot() async throws {
        let provider = SequenceProvider(["A", "B", "C"])
        let cache = CredentialCache(provider, runtime: ManualRuntime().runtime, logger: quiet)
        let first = try await cache.credentials()
        await cache.invalidate(first)
        #expect(try await cache.credentials().accessKeyID == "B")
        await cache.invalidate(first)
        #expect(try await cache.credentials().accessKeyID == "B")
    }
}

@Suite struct CredentialCacheMachineTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// `#expect` takes no mutating call, so the machine is held by reference.
    private final class Box {
        private var machine = CredentialCacheMachine()

        func ask(at now: Date) -> CredentialCacheMachine.Action { self.machine.ask(at: now) }

        func refreshed(
            _ result: Result<AWSCredentials, any Error>, source: String, at now: Date
        ) -> Result<AWSCredentials, any Error> {
            self.machine.refreshed(result, source: source, at: now)
        }
    }

    private func machine(lifetime: Double?) -> (Box, AWSCredentials) {
        let machine = Box()
        let credentials = AWSCredentials(
            accessKeyID: "A", secretAccessKey: "s", expiration: lifetime.map { self.start + $0 }
        )
        #expect(machine.ask(at: self.start) == .refreshAndWait)
        #expect(machine.ask(at: self.start) == .wait)
        _ = machine.refreshed(.success(credentials), source: "s", at: self.start)
        return (machine, credentials)
    }

    @Test(arguments: [
        (3_600.0, 2_699.0, "use"), (3_600, 2_700, "refresh"), (3_600, 2_999, "refresh"), (3_600, 3_000, "wait"),
        (3_600, 4_000, "wait"), (900, 449, "use"), (900, 450, "refresh"), (900, 599, "refresh"), (900, 600, "wait"),
        (21_600, 20_699, "use"), (21_600, 20_700, "refresh"),
    ])
    func theWindowsOpenAtTheirSecond(lifetime: Double, elapsed: Double, expected: String) {
        let (machine, credentials) = machine(lifetime: lifetime)
        let action = machine.ask(at: self.start + elapsed)
        switch expected {
        case "use": #expect(action == .use(credentials))
        case "refresh": #expect(action == .useAndRefresh(credentials))
        default: #expect(action == .refreshAndWait)
        }
    }

    @Test func credentialsWithoutAnEndAreUsedForEver() {
        let (machine, credentials) = machine(lifetime: nil)
        #expect(machine.ask(at: self.start + 1e9) == .use(credentials))
    }

    @Test func aFailedBackgroundRefreshIsTriedAgainAfterAPause() {
        let (machine, credentials) = machine(lifetime: 3_600)
        let advisory = self.start + 2_700
        #expect(machine.ask(at: advisory) == .useAndRefresh(credentials))
        #expect(machine.ask(at: advisory + 1) == .use(credentials))
        _ = machine.refreshed(.failure(CancellationError()), source: "s", at: advisory + 2)
        #expect(machine.ask(at: advisory + 61) == .use(credentials))
        #expect(machine.ask(at: advisory + 62) == .useAndRefresh(credentials))
    }

    @Test func inTheLastMinutesAFailedRefreshIsTriedAgainAtOnce() {
        let (machine, _) = machine(lifetime: 3_600)
        let mandatory = self.start + 3_000
        #expect(machine.ask(at: mandatory) == .refreshAndWait)
        _ = machine.refreshed(.failure(CancellationError()), source: "s", at: mandatory)
        #expect(machine.ask(at: mandatory) == .refreshAndWait)
    }

    @Test func credentialsThatHaveEndedAlreadyAreAFailure() {
        let machine = Box()
        _ = machine.ask(at: self.start)
        let stale = AWSCredentials(accessKeyID: "A", secretAccessKey: "s", expiration: self.start)
        let outcome = machine.refreshed(.success(stale), source: "profile x", at: self.start)
        guard case .failure(let error as CredentialError) = outcome else {
            Issue.record("accepted")
            return
        }
        #expect(error.reason.contains("expired already"))
        #expect(machine.ask(at: self.start) == .refreshAndWait)
    }
}
