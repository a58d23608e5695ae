internal import SlipwayCore

/// What a launch cost, for a person.
enum CostText {
    static func of(_ launch: Launch, _ prices: PriceBook, at now: Timestamp) -> String {
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

/// The same as JSON.
struct CostResource: Encodable {
    /// In units of the currency, with nine decimals; absent where it is not known.
    var amount: String?
    var currency: String
    var isSoFar: Bool
    var billedSeconds: Int64?
    /// `pullStart` or `creation`.
    var billedFrom: String?
    var unknownBecause: String?

    init(_ launch: Launch, _ prices: PriceBook, at now: Timestamp) {
        currency = prices.currency
        isSoFar = false
        switch prices.cost(of: launch, at: now) {
        case .known(let known): amount = known.description
        case .soFar(let known):
            isSoFar = true
            amount = known?.description
        case .unknown(let gap): unknownBecause = gap.explanation
        }
        guard case .known(_, let seconds) = launch.usage else { return }
        billedSeconds = seconds
        billedFrom = launch.agentTaskFacts?.billedFrom?.start.rawValue
    }
}
