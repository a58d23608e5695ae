/// The launches from before a reading, each as it is now and with what was just read: what `PlanningInput` wants.
///
/// One that could take a job then, and has meanwhile ended without a job that was seen, counts as it was: the reading may be
/// older than its end, and show a job waiting that it has run. The next reading knows better.
public func current(
    _ before: [Launch], now known: [Launch], after events: [PoolReading.Event], at now: Timestamp,
    rules: (Launch) -> LaunchRules
) -> [Launch] {
    var launches = Dictionary(before.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for launch in known {
        guard let old = launches[launch.id] else { continue }
        if launch.outcome == nil || !old.canTakeJob || launch.ran != nil { launches[launch.id] = launch }
    }
    for event in events {
        guard let launch = launches[event.launch] else { continue }
        if let next = launch.applying(event.event, at: now, rules: rules(launch)) { launches[launch.id] = next.launch }
    }
    return before.compactMap { launches[$0.id] }
}
