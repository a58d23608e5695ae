internal import Foundation
internal import SlipwayCore
internal import Synchronization

/// Prints each phase of each launch as it is committed: one line a phase, on a terminal and in a pipe alike.
final class DemoView: LaunchObserver {
    private let output: Output
    private let start: ContinuousClock.Instant
    private let launches = Mutex<[LaunchID: Launch]>([:])

    init(output: Output, start: ContinuousClock.Instant = .now) {
        self.output = output
        self.start = start
    }

    /// Every launch as it was last seen.
    var latest: [Launch] { launches.withLock { $0.values.sorted { $0.createdAt < $1.createdAt } } }

    func launchChanged(from old: Launch?, to new: Launch) {
        launches.withLock { $0[new.id] = new }
        let hasBegunToRun = new.state == .pending && old?.runningAt == nil && new.runningAt != nil
        if old?.claim?.credentials == nil, new.claim?.credentials != nil {
            return line(Self.subject(of: new), "its container has claimed: its agent is registered")
        }
        guard old?.state.name != new.state.name || hasBegunToRun else { return }
        line(Self.subject(of: new), phase(from: old, to: new))
    }

    private static func subject(of launch: Launch) -> String {
        // A booked agent's job isn't known before it runs, nor is a warm one's; their whole names don't fit.
        if let name = launch.jobOrigin.jobName { return name }
        if launch.isWarm == true { return "warm agent \(launch.id.rawValue.suffix(6))" }
        return launch.binding?.agentName.withoutPrefix ?? launch.id.rawValue
    }

    func line(_ subject: String, _ text: String) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let time = String(format: "%6.1f s", seconds)
        try? output.line("\(time)  \(harmless(subject).padding(toLength: 18, withPad: " ", startingAt: 0)) \(text)")
    }

    /// An agent may take another job than the one it was launched for.
    private func name(of request: JobRequestID) -> String {
        let name = launches.withLock { launches in
            launches.values.first { $0.request == request }?.origin.jobName
                ?? launches.values.first { $0.ran == request }?.jobOrigin.jobName
        }
        return harmless(name ?? "request \(request)")
    }

    private func phase(from old: Launch?, to new: Launch) -> String {
        switch new.state {
        case .planned: return "planned: \(harmless(new.reason))"
        case .starting: return "starting: calls RunTask with token \(new.id)-\(new.attempt)"
        case .pending:
            if new.runningAt != nil { return "the agent task runs" }
            return "pending on \(harmless(new.placement ?? "?"))"
        case .online: return "online: agent \(new.agentName) waits for the job"
        case .busy(let request): return "busy: its agent has taken the job \(name(of: request))"
        case .finished:
            let job = new.ran.map(name) ?? ""
            return "finished: the job \(job) \(harmless(new.ranResult ?? "is over")); the agent leaves"
        case .cleaning: return "cleaning: makes sure that registration and agent task are gone"
        case .closed(let outcome): return "closed: \(outcome.kind.rawValue), \(harmless(outcome.reason))"
        }
    }
}
