internal import SlipwayCore

/// A list of launches for a person.
enum LaunchTable {
    static func text(_ launches: [Launch], now: Timestamp) -> String {
        guard !launches.isEmpty else { return "No launches.\n" }
        var table = Table(["LAUNCH", "POOL", "PROFILE", "FOR", "STATE", "SINCE", "AGE", "OUTCOME"])
        for launch in launches {
            table.add([
                launch.id.rawValue, launch.pool.description, launch.profile, purpose(launch), launch.state.name,
                DurationText.from(launch.stateSince, to: now), DurationText.from(launch.createdAt, to: now),
                outcome(launch),
            ])
        }
        return table.text
    }

    private static func purpose(_ launch: Launch) -> String {
        if let request = launch.request { return "job request \(request)" }
        if launch.isWarm == true { return "jobs to come" }
        guard launch.binding != nil else { return "by hand" }
        return "a task of run \(launch.origin.runID.map(String.init) ?? "?")"
    }

    /// The reason only where somebody may have to do something.
    private static func outcome(_ launch: Launch) -> String {
        guard let outcome = launch.outcome else { return launch.lastProblem.map { "(\($0))" } ?? "" }
        switch outcome.kind {
        case .ran, .unused: return outcome.kind.rawValue
        case .failed, .lost, .cancelled: return "\(outcome.kind.rawValue): \(outcome.reason)"
        }
    }
}
