internal import SlipwayCore
internal import Synchronization

/// What the work on bookings needs beside the store: the jobs' tokens, what the planner said last, and who is to be woken.
/// All of it may be lost.
final class BookingSignals: LaunchObserver, Sendable {
    private struct State {
        var tokens: [BookingID: JobToken] = [:]
        var refusals: [BookingID: String] = [:]
        var problems: [BookingID: String] = [:]
        var namesTaken: Set<BookingID> = []
        var wakeups: [BookingID: Wakeup] = [:]
        var onDecision: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    // MARK: Tokens

    func setToken(_ token: JobToken, of id: BookingID) { state.withLock { $0.tokens[id] = token } }
    func token(of id: BookingID) -> JobToken? { state.withLock { $0.tokens[id] } }

    // MARK: What the planner says

    func note(_ decisions: [Decision]) {
        for decision in decisions {
            guard let id = decision.booking else { continue }
            let isNews = state.withLock { state in
                guard state.wakeups[id] != nil else { return false }
                switch decision.action {
                case .refuse: return state.refusals.updateValue(decision.reason, forKey: id) != decision.reason
                case .hold:
                    state.problems[id] = decision.reason
                    return false
                case .launch, .served, .stop: return false
                }
            }
            if isNews { wake(id) }
        }
    }

    func refusal(of id: BookingID) -> String? { state.withLock { $0.refusals[id] } }
    /// The name of its agent belongs to one that Slipway didn't make.
    func isNameTaken(of id: BookingID) -> Bool { state.withLock { $0.namesTaken.contains(id) } }
    func problem(of id: BookingID) -> String? { state.withLock { $0.problems[id] } }

    // MARK: Waking

    func begin(_ id: BookingID) -> Wakeup {
        let wakeup = Wakeup()
        return state.withLock { state in
            if let known = state.wakeups[id] { return known }
            state.wakeups[id] = wakeup
            return wakeup
        }
    }

    /// Nothing more is told, so its token is gone.
    func end(_ id: BookingID) {
        state.withLock { state in
            state.wakeups[id] = nil
            state.tokens[id] = nil
            state.refusals[id] = nil
            state.problems[id] = nil
            state.namesTaken.remove(id)
        }
    }

    func wake(_ id: BookingID) { state.withLock { $0.wakeups[id] }?.signal() }

    func launchChanged(from old: Launch?, to new: Launch) {
        guard let binding = new.binding else { return }
        if case .cleaning(let cleaning) = new.state, case .agentNameTaken = cleaning.cause {
            state.withLock { state in
                if state.wakeups[binding.booking] != nil { _ = state.namesTaken.insert(binding.booking) }
            }
        }
        wake(binding.booking)
    }
}
