internal import SlipwayCore

extension Decision {
    static let servedName = "served"
    static let stopName = "stop"
    static let metricNames = [
        "launch", servedName, "hold", "hold_parallel_jobs", "refuse", "give_up", stopName,
    ]

    /// One of `metricNames`: the decision's name, told apart by what somebody has to do about it.
    var metricName: String {
        switch action {
        case .launch: "launch"
        case .served: Self.servedName
        case .stop: Self.stopName
        case .hold: awaitsParallelJob ? "hold_parallel_jobs" : "hold"
        case .refuse: isGivenUp ? "give_up" : "refuse"
        }
    }
}
