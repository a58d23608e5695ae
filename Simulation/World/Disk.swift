internal import SlipwayCore

/// The store: what survives the process. It keeps the promises of `LedgerStore`, the refusals among them.
struct Disk {
    private(set) var launches: [Launch] = []
    private var places: [LaunchID: Int] = [:]
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

    mutating func insert(_ new: [Launch]) throws(Refusal) {
        for launch in new {
            guard places[launch.id] == nil, !hasLiveLaunch(launch.request, besides: launch.id) else {
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
