import Synchronization

/// A long poll that is held.
final class Poller: Sendable {
    let sessionID: String
    let woken = OneShot<Void>()
    private let activity: ActivityID?
    private let gauge: ActivityGauge
    private let isWoken = Mutex(false)

    init(_ sessionID: String, activity: ActivityID?, gauge: ActivityGauge) {
        self.sessionID = sessionID
        self.activity = activity
        self.gauge = gauge
    }

    /// The caller rests from now on, unless it has been woken already.
    func rest() {
        isWoken.withLock { isWoken in
            if !isWoken, let activity { gauge.park(activity) }
        }
    }

    func wake() {
        isWoken.withLock { isWoken in
            isWoken = true
            if let activity { gauge.unpark(activity) }
        }
        woken.fulfil(())
    }
}

/// The long polls under way, by session.
final class PollerList: Sendable {
    private let pollers = Mutex<[String: [Poller]]>([:])

    func add(_ sessionID: String, activity: ActivityID?, gauge: ActivityGauge) -> Poller {
        let poller = Poller(sessionID, activity: activity, gauge: gauge)
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
        for poller in waiting { poller.wake() }
    }
}
