internal import SlipwayCore
internal import Synchronization

/// What the work on bookings needs beside the store: the jobs' tokens, what the planner said last, and who is to be woken.
/// It knows a booking as long as a worker is at it. All of it may be lost.
final class BookingSignals: LaunchObserver, Sendable {
    private struct Attendance {
        let wakeup = Wakeup()
        var token: JobToken?
        /// The worker has not taken it up yet.
        var isTokenNew = false
        var refusal: String?
        var problem: String?
        var isNameTaken = false
    }

    private let attended = Mutex<[BookingID: Attendance]>([:])

    // MARK: Workers

    /// Nil: a worker is at it already, and has been given the token.
    func begin(_ id: BookingID, _ token: JobToken?) -> Wakeup? {
        // Under one lock: another may begin meanwhile, without a token.
        let (mine, others) = attended.withLock { attended -> (Wakeup?, Wakeup?) in
            let known = attended[id]
            var attendance = known ?? Attendance()
            if let token {
                attendance.token = token
                attendance.isTokenNew = true
            }
            attended[id] = attendance
            return known == nil ? (attendance.wakeup, nil) : (nil, attendance.wakeup)
        }
        if token != nil { others?.signal() }
        return mine
    }

    /// Nothing more is told, so its token is gone. Answers one that came too late to be taken up.
    func end(_ id: BookingID) -> JobToken? {
        attended.withLock { attended in
            let left = attended.removeValue(forKey: id)
            return left?.isTokenNew == true ? left?.token : nil
        }
    }

    func wake(_ id: BookingID) { attended.withLock { $0[id]?.wakeup }?.signal() }

    // MARK: Tokens

    /// Gives the worker another token. Answers whether there is a worker.
    func renew(_ token: JobToken, of id: BookingID) -> Bool {
        let wakeup = attended.withLock { attended in
            attended[id]?.token = token
            attended[id]?.isTokenNew = true
            return attended[id]?.wakeup
        }
        wakeup?.signal()
        return wakeup != nil
    }

    /// For the worker.
    func takeToken(of id: BookingID) -> JobToken? {
        attended.withLock { attended in
            attended[id]?.isTokenNew = false
            return attended[id]?.token
        }
    }

    func hasNewToken(_ id: BookingID) -> Bool { attended.withLock { $0[id]?.isTokenNew ?? false } }

    /// It has been used for the last time. One that came meanwhile stays.
    func dropToken(of id: BookingID) {
        attended.withLock { attended in
            if attended[id]?.isTokenNew == false { attended[id]?.token = nil }
        }
    }

    // MARK: What the planner says

    func note(_ decisions: [Decision]) {
        for decision in decisions {
            guard let id = decision.booking else { continue }
            let isNews = attended.withLock { attended in
                switch decision.action {
                case .refuse:
                    defer { attended[id]?.refusal = decision.reason }
                    return attended[id].map { $0.refusal != decision.reason } ?? false
                case .hold:
                    attended[id]?.problem = decision.reason
                case .launch:
                    attended[id]?.problem = nil
                case .served, .stop:
                    return false
                }
                attended[id]?.refusal = nil
                return false
            }
            if isNews { wake(id) }
        }
    }

    func refusal(of id: BookingID) -> String? { attended.withLock { $0[id]?.refusal } }
    /// The name of its agent belongs to one that Slipway didn't make.
    func isNameTaken(of id: BookingID) -> Bool { attended.withLock { $0[id]?.isNameTaken ?? false } }
    func problem(of id: BookingID) -> String? { attended.withLock { $0[id]?.problem } }

    func launchChanged(from old: Launch?, to new: Launch) {
        guard let binding = new.binding else { return }
        if case .cleaning(let cleaning) = new.state, case .agentNameTaken = cleaning.cause {
            attended.withLock { $0[binding.booking]?.isNameTaken = true }
        }
        wake(binding.booking)
    }
}
