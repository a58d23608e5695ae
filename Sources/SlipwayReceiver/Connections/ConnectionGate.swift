/// Decides which connections are let in: so many at once, the last of them only for sources that have shown valid
/// credentials lately. A stranger with many connections can so not keep Azure DevOps out.
///
/// One that is not let in is closed at once, before it costs a TLS handshake.
struct ConnectionGate {
    private let maximumConnections: Int
    private let reservedConnections: Int
    private(set) var openConnections = 0
    private var knownSources: [SourceKey: Int64] = [:]

    static let maximumKnownSources = 256
    /// How long valid credentials make a source known.
    static let knownMilliseconds: Int64 = 3_600_000

    init(maximumConnections: Int, reservedConnections: Int) {
        self.maximumConnections = maximumConnections
        self.reservedConnections = reservedConnections
    }

    /// Counts a new connection as open if it answers true; then `closed()` must follow.
    mutating func open(from source: SourceKey, atMilliseconds now: Int64) -> Bool {
        let limit = isKnown(source, now) ? maximumConnections : maximumConnections - reservedConnections
        guard openConnections < limit else { return false }
        openConnections += 1
        return true
    }

    mutating func closed() {
        openConnections -= 1
    }

    /// The source has shown valid credentials.
    mutating func authenticated(_ source: SourceKey, atMilliseconds now: Int64) {
        if knownSources.count >= Self.maximumKnownSources, knownSources[source] == nil,
            let oldest = knownSources.min(by: { $0.value < $1.value })
        {
            knownSources[oldest.key] = nil
        }
        knownSources[source] = now
    }

    private func isKnown(_ source: SourceKey, _ now: Int64) -> Bool {
        knownSources[source].map { now - $0 <= Self.knownMilliseconds } ?? false
    }
}
