/// Prices per hour, by region, platform and capacity, and by date. Data: what it says is what is charged.
public struct PriceBook: Hashable, Sendable {
    public struct Price: Hashable, Sendable {
        public var region: String
        public var platform: UsageUnit.Platform
        public var isSpot: Bool
        /// Good for launches made from then on, until a later one of its kind; nil: from the beginning.
        public var from: Timestamp?
        public var vCPUHour: Money
        public var gigabyteHour: Money
        /// The operating system's, beside the price of a vCPU.
        public var licenceVCPUHour: Money
        /// Of a GB of ephemeral storage beyond the 20 that are free.
        public var storageGigabyteHour: Money
        /// Where it was read.
        public var source: String

        public init(
            region: String, platform: UsageUnit.Platform, isSpot: Bool = false, from: Timestamp? = nil,
            vCPUHour: Money, gigabyteHour: Money, licenceVCPUHour: Money = .zero, storageGigabyteHour: Money = .zero,
            source: String = ""
        ) {
            self.region = region
            self.platform = platform
            self.isSpot = isSpot
            self.from = from
            self.vCPUHour = vCPUHour
            self.gigabyteHour = gigabyteHour
            self.licenceVCPUHour = licenceVCPUHour
            self.storageGigabyteHour = storageGigabyteHour
            self.source = source
        }
    }

    /// As people write it: `USD`.
    public var currency: String
    /// The day on which the prices were read, `2026-03-31`.
    public var asOf: String
    public var prices: [Price]

    public init(currency: String, asOf: String, prices: [Price]) {
        self.currency = currency
        self.asOf = asOf
        self.prices = prices
    }

    /// Of an agent task of a launch that was made at `instant`.
    public func price(of unit: UsageUnit, at instant: Timestamp) -> Price? {
        let fitting = prices.filter {
            $0.region == unit.region && $0.platform == unit.platform && $0.isSpot == unit.isSpot
                && ($0.from.map { $0 <= instant } ?? true)
        }
        return fitting.max { ($0.from?.milliseconds ?? .min) < ($1.from?.milliseconds ?? .min) }
    }

    /// Instants at which a price changes, within a span: sums over what lies between two of them use one price.
    public func changes(from start: Timestamp, to end: Timestamp) -> [Timestamp] {
        Set(prices.compactMap(\.from).filter { $0 > start && $0 < end }).sorted()
    }
}
