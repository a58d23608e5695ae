public import SlipwayCore

/// Where what the console shows comes from, and who carries out what is ordered through it.
public struct ConsoleSources: Sendable {
    public var reader: any ConsoleReader
    /// What `/readyz` and the first page tell, besides whether the store can be read, which is always told.
    public var checks: [ReadinessCheck]
    /// The text of `/metrics`, in Prometheus' format; nil: nothing is there.
    public var metrics: (@Sendable () async -> String)?
    /// What only the running engine knows; nil: none runs.
    public var live: (any LivePort)?
    /// Nil: nothing can be ordered.
    public var operations: (any OperatorPort)?
    public var expiries: @Sendable () async -> [Expiry]
    public var links: ConsoleLinks
    /// What the cost of a launch is estimated by; nil: it isn't.
    public var prices: PriceBook?

    public init(
        reader: any ConsoleReader, checks: [ReadinessCheck] = [], metrics: (@Sendable () async -> String)? = nil,
        live: (any LivePort)? = nil, operations: (any OperatorPort)? = nil,
        expiries: @escaping @Sendable () async -> [Expiry] = { [] }, links: ConsoleLinks = ConsoleLinks(),
        prices: PriceBook? = nil
    ) {
        self.reader = reader
        self.checks = checks
        self.metrics = metrics
        self.live = live
        self.operations = operations
        self.expiries = expiries
        self.links = links
        self.prices = prices
    }
}

/// Where pages of the two services are found, for links to them.
public struct ConsoleLinks: Hashable, Sendable {
    /// The organization's URL, without a slash at its end; nil: nothing is linked to.
    public var organization: String?
    public var region: String?
    /// Whether agent tasks run on AWS itself, and not on a simulator.
    public var isAWS: Bool

    public init(organization: String? = nil, region: String? = nil, isAWS: Bool = false) {
        self.organization = organization
        self.region = region
        self.isAWS = isAWS
    }
}
