internal import SlipwayCore

extension Decision {
    static let servedName = "served"
    static let stopName = "stop"
    static let metricNames =
        ["launch", servedName, "refuse", "give_up", stopName] + HoldCause.allCases.map(metricName(of:))

    /// One of `metricNames`: the decision's name, told apart by what somebody has to do about it.
    var metricName: String {
        switch action {
        case .launch: "launch"
        case .served: Self.servedName
        case .stop: Self.stopName
        case .hold(let cause): Self.metricName(of: cause)
        case .refuse: isGivenUp ? "give_up" : "refuse"
        }
    }

    private static func metricName(of cause: HoldCause) -> String { "hold_\(cause.rawValue)" }
}
