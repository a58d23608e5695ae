import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Posts hooks to their receivers, and lets scripted faults befall them.
final class HookDispatcher: Sendable {
    /// Told what came of each post; not of lost ones.
    typealias Report = @Sendable (HookPost, HookOutcome) -> Void

    private struct Held {
        let post: HookPost
        let activity: ActivityID
    }

    /// Posts waiting for a place. More are dropped, as if lost: a simulator must not eat the machine.
    private static let maximumBacklog = 100_000

    private let clock: any SandboxClock
    private let faults: FaultPlan
    private let configuration: SandboxConfiguration.Hooks
    private let logger: Logger
    private let queue: AsyncStream<Held>
    private let enqueueContinuation: AsyncStream<Held>.Continuation
    /// Woken when the next hook has been posted: reordered hooks wait for it.
    private let whenNextPosted = Mutex<[Rest]>([])

    init(_ configuration: SandboxConfiguration.Hooks, clock: any SandboxClock, faults: FaultPlan, logger: Logger) {
        self.configuration = configuration
        self.clock = clock
        self.faults = faults
        self.logger = logger
        (queue, enqueueContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumBacklog))
    }

    /// Returns at once.
    func enqueue(_ post: HookPost) {
        let activity = clock.activities.begin()
        if case .enqueued = enqueueContinuation.yield(Held(post: post, activity: activity)) { return }
        clock.activities.end(activity)
    }

    /// Posts until its task is cancelled.
    func run(report: @escaping Report) async throws {
        let clients = try Clients(configuration)
        await withDiscardingTaskGroup { group in
            for await held in queue {
                group.addTask {
                    await self.handle(held, clients, report)
                    self.clock.activities.end(held.activity)
                }
            }
        }
        try? await clients.shutdown()
    }

    /// Posts one test notification and answers what came of it.
    func postNow(_ post: HookPost) async -> HookOutcome {
        do {
            let clients = try Clients(configuration)
            let outcome = await send(post, clients)
            try? await clients.shutdown()
            return outcome
        } catch {
            return .unreachable(String(describing: error))
        }
    }

    private func handle(_ held: Held, _ clients: Clients, _ report: Report) async {
        let post = held.post
        do {
            switch post.isFirstAttempt ? faults.strike(.hook, subject: post.subject) : nil {
            case .loseHook, .drop:
                return
            case .duplicateHook:
                let outcome = await deliver(post, clients)
                _ = await deliver(post, clients)
                return report(post, outcome)
            case .reorderHook(let limit):
                try await awaitNext(within: limit, as: held.activity)
            case .delay(let duration):
                try await clock.sleep(for: duration, as: held.activity)
            default:
                break
            }
            report(post, await deliver(post, clients))
        } catch {
            // Cancelled: the world ends.
        }
    }

    private func deliver(_ post: HookPost, _ clients: Clients) async -> HookOutcome {
        let outcome = await send(post, clients)
        let waiting = whenNextPosted.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for rest in waiting { rest.wake() }
        logger.debug(
            "Hook posted",
            metadata: [
                "hook.subject": "\(post.subject)", "hook.outcome": "\(outcome)", "hook.id": "\(post.notificationID)",
            ]
        )
        return outcome
    }

    private func awaitNext(within limit: Duration, as activity: ActivityID) async throws {
        let rest = Rest(activity, clock.activities)
        whenNextPosted.withLock { $0.append(rest) }
        let timer = clock.schedule(at: clock.date(after: limit)) { rest.wake() }
        await rest.rest()
        timer.cancel()
        try Task.checkCancellation()
    }

    private func send(_ post: HookPost, _ clients: Clients) async -> HookOutcome {
        var request = HTTPClientRequest(url: post.url)
        request.method = .POST
        request.headers = HTTPHeaders(post.headers.map { ($0.name, $0.value) })
        request.body = .bytes(post.body)
        do {
            let client = post.acceptsAnyCertificate ? clients.trusting : clients.checking
            let response = try await client.execute(request, timeout: .seconds(Int64(configuration.timeoutSeconds)))
            // Read to the end, so that the connection can be used again.
            _ = try? await response.body.collect(upTo: 1024 * 1024)
            return .status(Int(response.status.code))
        } catch {
            return .unreachable(String(describing: error))
        }
    }
}

/// Two clients: one that checks certificates, one for subscriptions that accept any.
private struct Clients: Sendable {
    let checking: HTTPClient
    let trusting: HTTPClient

    init(_ configuration: SandboxConfiguration.Hooks) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = configuration.trustRootFile { tls.trustRoots = .file(file) }
        checking = Self.client(tls, configuration)
        tls.certificateVerification = .none
        trusting = Self.client(tls, configuration)
    }

    private static func client(_ tls: TLSConfiguration, _ configuration: SandboxConfiguration.Hooks) -> HTTPClient {
        var settings = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.maximumConcurrentPosts
        // A receiver that is down, or not trusted, is an outcome: it is not tried again until the timeout.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.httpVersion = .http1Only
        return HTTPClient(configuration: settings)
    }

    func shutdown() async throws {
        try await checking.shutdown()
        try await trusting.shutdown()
    }
}
