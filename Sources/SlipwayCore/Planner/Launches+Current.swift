/// The launches from before a reading, each as it is now and with what was just read: what `PlanningInput` wants.
///
/// One that could take a job then, and has meanwhile ended without a job that was seen, counts as it was: the reading may be
/// older than its end, and show a job waiting that it has run. The next reading knows better.
public func current(
    _ before: [Launch], now known: [Launch], after events: [PoolReading.Event], at now: Timestamp,
    rules: (Launch) -> LaunchRules
) -> [Launch] {
    var launches = before
    var places: [LaunchID: Int] = [:]
    places.reserveCapacity(before.count)
    for (place, launch) in before.enumerated() where places[launch.id] == nil { places[launch.id] = place }
    for launch in known {
        guard let place = places[launch.id], launches[place].version != launch.version else { continue }
        if launch.outcome == nil || !launches[place].canTakeJob || launch.ran != nil { launches[place] = launch }
    }
    for event in events {
        guard let place = places[event.launch] else { continue }
        let launch = launches[place]
        if let next = launch.applying(event.event, at: now, rules: rules(launch)) { launches[place] = next.launch }
    }
    return launches
}
