internal import SlipwayCore

/// Prints each phase of a launch until its agent is online, or it is over.
struct LaunchFollower: Sendable {
    var limitSeconds: Int
    var pollMilliseconds = 250
    var read: @Sendable () async throws -> Launch?
    var print: @Sendable (String) -> Void
    var now: @Sendable () -> Timestamp = { SystemInstant.now }
    var sleep: @Sendable (_ milliseconds: Int) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) }

    /// Throws `CommandFailure` (`notSo`) if no agent comes of it.
    func follow(_ launch: Launch) async throws {
        let end = launch.createdAt.adding(seconds: limitSeconds)
        var shown = ""
        while true {
            guard let current = try await read() else {
                throw CommandFailure(.notSo, "launch \(launch.id) is no longer in the store")
            }
            // A change that leaves the line as it was is of no interest here.
            let line = line(current)
            if line != shown {
                shown = line
                print(line)
                if try isOver(current) { return }
            }
            guard now() < end else {
                throw CommandFailure(
                    .notSo,
                    "after \(limitSeconds) s it is still \(current.state.name): does a server run on this store?")
            }
            try await sleep(pollMilliseconds)
        }
    }

    private func line(_ launch: Launch) -> String {
        let age = DurationText.from(launch.createdAt, to: launch.stateSince)
        let detail =
            switch launch.state {
            case .planned: launch.reason
            case .starting: launch.lastProblem ?? "attempt \(launch.attempt)"
            case .pending: [launch.placement, launch.agentTask?.rawValue].compactMap { $0 }.joined(separator: " ")
            case .online, .busy, .finished: launch.agentName
            case .cleaning, .closed: launch.outcome.map { "\($0.kind.rawValue): \($0.reason)" } ?? ""
            }
        return harmless("+\(age)  \(launch.state.name)  \(detail)")
    }

    private func isOver(_ launch: Launch) throws -> Bool {
        switch launch.state {
        case .planned, .starting, .pending, .cleaning: return false
        case .online, .busy, .finished: return true
        case .closed(let outcome):
            switch outcome.kind {
            case .ran, .unused: return true
            case .failed, .lost, .cancelled:
                throw CommandFailure(.notSo, "no agent came of it: \(harmless(outcome.reason))")
            }
        }
    }
}
