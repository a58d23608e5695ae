internal import SlipwayCore

/// The store: what survives the process. It keeps the promises of `LedgerStore`, the refusals among them.
struct Disk {
    private(set) var launches: [Launch] = []
    private var places: [LaunchID: Int] = [:]
    private(set) var bookings: [BookingID: Booking] = [:]
    var brokenUntil: Int64 = 0

    enum Refusal: Error {
        case unavailable, versionConflict, duplicateLaunch
    }

    var open: [Launch] { launches.filter(\.isOpen) }

    func launch(_ id: LaunchID) -> Launch? { places[id].map { launches[$0] } }

    func history(of request: JobRequestID) -> RequestHistory? {
        var history: RequestHistory?
        for launch in launches where launch.request == request {
            history = (history ?? RequestHistory()).adding(launch)
        }
        return history
    }

    func history(of booking: BookingID) -> RequestHistory? {
        var history: RequestHistory?
        for launch in launches where launch.binding?.booking == booking {
            history = (history ?? RequestHistory()).adding(launch)
        }
        return history
    }

    func warmHistory(of profile: String) -> WarmHistory {
        let warm = launches.filter { $0.isWarm == true && $0.profile == profile }
        return WarmHistory(newestFirst: warm.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }.prefix(20))
    }

    mutating func write(_ booking: Booking) throws(Refusal) {
        guard (bookings[booking.id]?.version ?? -1) == booking.version - 1 else { throw .versionConflict }
        bookings[booking.id] = booking
    }

    mutating func insert(_ new: [Launch]) throws(Refusal) {
        for launch in new {
            guard places[launch.id] == nil, !hasLiveLaunch(launch.request, besides: launch.id),
                !hasOpenLaunch(launch.binding?.booking)
            else {
                throw .duplicateLaunch
            }
        }
        for launch in new {
            places[launch.id] = launches.count
            launches.append(launch)
        }
    }

    mutating func update(_ launch: Launch) throws(Refusal) {
        guard let place = places[launch.id], launches[place].version == launch.version - 1 else {
            throw .versionConflict
        }
        if launch.canTakeJob, hasLiveLaunch(launch.request, besides: launch.id) { throw .duplicateLaunch }
        launches[place] = launch
    }

    private func hasOpenLaunch(_ booking: BookingID?) -> Bool {
        guard let booking else { return false }
        return launches.contains { $0.binding?.booking == booking && $0.isOpen }
    }

    /// Invariant I2, as the store enforces it.
    private func hasLiveLaunch(_ request: JobRequestID?, besides id: LaunchID) -> Bool {
        guard let request else { return false }
        return launches.contains { $0.request == request && $0.canTakeJob && $0.id != id }
    }
}

extension RequestHistory {
    fileprivate func adding(_ launch: Launch) -> RequestHistory {
        var copy = self
        copy.add(launch)
        return copy
    }
}
