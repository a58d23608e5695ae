import Synchronization

/// The long polls under way, by session.
final class PollerList: Sendable {
    /// A long poll that is held.
    final class Poller: Sendable {
        let sessionID: String
        let rest: Rest

        init(_ sessionID: String, _ rest: Rest) {
            self.sessionID = sessionID
            self.rest = rest
        }
    }

    private let pollers = Mutex<[String: [Poller]]>([:])

    func add(_ sessionID: String, _ rest: Rest) -> Poller {
        let poller = Poller(sessionID, rest)
        pollers.withLock { $0[sessionID, default: []].append(poller) }
        return poller
    }

    func remove(_ poller: Poller) {
        pollers.withLock { pollers in
            pollers[poller.sessionID]?.removeAll { $0 === poller }
            if pollers[poller.sessionID]?.isEmpty == true { pollers[poller.sessionID] = nil }
        }
    }

    func wake(_ sessionID: String) {
        let waiting = pollers.withLock { $0[sessionID] ?? [] }
        for poller in waiting { poller.rest.wake() }
    }
}
