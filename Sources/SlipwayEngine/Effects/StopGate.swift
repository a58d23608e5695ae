internal import SlipwayCore
internal import Synchronization

/// Paces the calls of StopTask. Amazon ECS counts them against the same quota as those of RunTask (40 a second and 100 at
/// once in most regions), so a crowd of agents that are to be stopped must leave room for those that are to be started.
final class StopGate: Sendable {
    private let bucket: Mutex<TokenBucket>

    static let perSecond = 20
    static let burst = 20

    init(at now: Timestamp) {
        bucket = Mutex(TokenBucket(capacity: Self.burst, perSecond: Self.perSecond, at: now))
    }

    /// Whether an effect that leads to StopTask may begin now. The turn is taken by what comes first: by the look at the
    /// agent, whose answer is good for a short while only, or by the repetition of a stop.
    func mayBegin(_ effect: LaunchEffect, _ launch: Launch, at now: Timestamp) -> Bool {
        switch effect {
        case .quiesceAgent: break
        case .stopAgentTask where launch.isStopRepeated: break
        case .stopAgentTask, .registerAgent, .startAgentTask, .findAgentTasks, .disableAgent, .removeRegistration:
            return true
        }
        return bucket.withLock { $0.take(at: now) == nil }
    }
}

extension Launch {
    fileprivate var isStopRepeated: Bool {
        if case .cleaning(let cleaning) = state { cleaning.isStopCalled } else { false }
    }
}
