/// What a launch cost, for a person.
public enum CostText {
    public static func of(_ launch: Launch, _ prices: PriceBook, at now: Timestamp) -> String {
        switch prices.cost(of: launch, at: now) {
        case .known(let amount): "\(amount) \(prices.currency)\(basis(launch))"
        case .soFar(let amount?): "\(amount) \(prices.currency) so far\(basis(launch))"
        case .soFar(nil): "not known yet: its agent task has not stopped"
        case .unknown(let gap): "unknown: \(gap.explanation)"
        }
    }

    private static func basis(_ launch: Launch) -> String {
        guard case .known(_, let seconds) = launch.usage else { return "" }
        let start =
            launch.agentTaskFacts?.billedFrom?.start == .creation
            ? "from its creation, since the start of its image's download is not known"
            : "from the download of its image"
        return ", an estimate for \(seconds) s \(start)"
    }
}
