import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// An Azure DevOps organization over HTTP, below `/{organization}`.
final class AzureDevOpsSimulator: Sendable {
    let world: WorldDriver<AzureDevOpsWorld>
    let hooks: WorldDriver<HookWorld>
    let dispatcher: HookDispatcher
    let serverTaskCaller: ServerTaskCaller
    let clock: any SandboxClock
    let pollers = PollerList()
    let configuration: SandboxConfiguration.AzureDevOps
    let gate: FaultGate
    let messagePoll: Duration

    init(_ configuration: SandboxConfiguration, clock: any SandboxClock, faults: FaultPlan, logger: Logger) {
        let dispatcher = HookDispatcher(configuration.hooks, clock: clock, faults: faults, logger: logger)
        let hooks = WorldDriver(HookWorld(configuration, scale: clock.scale), clock: clock) { action in
            switch action {
            case .post(let post): dispatcher.enqueue(post)
            }
        }
        let serverTaskCaller = ServerTaskCaller(configuration, clock: clock, faults: faults, logger: logger)
        self.serverTaskCaller = serverTaskCaller
        self.clock = clock
        self.configuration = configuration.azureDevOps
        self.dispatcher = dispatcher
        self.hooks = hooks
        messagePoll = configuration.timing.messagePoll
        gate = FaultGate(plan: faults, clock: clock) { Self.tooManyRequests(resetAt: clock.date(after: .seconds(30))) }
        world = WorldDriver(AzureDevOpsWorld(configuration, scale: clock.scale, now: clock.now), clock: clock) {
            [pollers] action in
            switch action {
            case .wake(let sessionID): pollers.wake(sessionID)
            case .publish(let event): hooks.perform { $0.publish(event, now: $1) }
            case .call(let call): serverTaskCaller.enqueue(call)
            }
        }
    }

    /// Called once, as soon as the port is known and before anything is queued.
    func setBaseURL(_ url: String) {
        world.perform { world, _ in world.baseURL = url }
        hooks.perform { world, _ in world.baseURL = url }
    }

    /// Posts hooks until its task is cancelled.
    func runHooks() async throws {
        try await dispatcher.run { [hooks] post, outcome in
            hooks.perform {
                $0.finished(outcome, subscription: post.subscriptionID, notification: post.notificationID, now: $1)
            }
        }
    }

    /// Calls the endpoints of server tasks and gates until its task is cancelled.
    func runServerTasks() async throws {
        try await serverTaskCaller.run { [world] call, outcome, sendings in
            world.perform { world, now in
                switch call.subject {
                case .serverTask(let id, let kind):
                    world.callEnded(id, kind, number: call.number, outcome, sendings: sendings, now: now)
                case .gate(let id): world.gateCallEnded(id, outcome, now: now)
                case .verification: break
                }
            }
        }
    }

    /// Waits for a message, at most as long as the service holds a poll.
    func poll(_ sessionID: String, lastMessageID: Int, activity: ActivityID?) async throws -> AgentMessage? {
        // Registered before the first look, or a message that comes between would wake nobody.
        let poller = pollers.add(sessionID, Rest(activity, clock.activities))
        defer {
            pollers.remove(poller)
            world.perform { $0.endPoll(sessionID, now: $1) }
        }
        let first = try world.perform { world, now throws(AzureDevOpsError) in
            try world.poll(sessionID, lastMessageID: lastMessageID, now: now)
        }
        if case .message(let message) = first { return message }
        let timer = clock.schedule(at: clock.date(after: messagePoll)) { poller.rest.wake() }
        await poller.rest.rest()
        timer.cancel()
        try Task.checkCancellation()
        let second = try world.perform { world, now throws(AzureDevOpsError) in
            try world.poll(sessionID, lastMessageID: lastMessageID, now: now)
        }
        if case .message(let message) = second { return message }
        return nil
    }

    private static func tooManyRequests(resetAt: Date) -> Response {
        let error = AzureDevOpsError(
            429, "RequestBlockedException",
            "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource "
                + "'Concurrency' in namespace 'User'."
        )
        return .envelope(
            of: error,
            headers: [
                .retryAfter: "30", .constant("X-RateLimit-Resource"): "Core/Concurrency",
                .constant("X-RateLimit-Delay"): "30.0", .constant("X-RateLimit-Limit"): "200",
                .constant("X-RateLimit-Remaining"): "0",
                .constant("X-RateLimit-Reset"): String(Int(resetAt.timeIntervalSince1970)),
            ]
        )
    }
}
