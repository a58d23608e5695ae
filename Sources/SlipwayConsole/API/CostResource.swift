public import SlipwayCore

/// What a launch cost, as JSON shows it, in the API and in what the command line prints.
public struct CostResource: Encodable, Sendable {
    /// In units of the currency, with nine decimals; absent where it is not known.
    public var amount: String?
    public var currency: String
    public var isSoFar: Bool
    public var billedSeconds: Int64?
    /// `pullStart` or `creation`.
    public var billedFrom: String?
    public var unknownBecause: String?

    public init(_ launch: Launch, _ prices: PriceBook, at now: Timestamp) {
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
