/// Decides which connections are let in: so many at once, the last of them only for sources that have shown valid
/// credentials lately. A stranger with many connections can so not keep Azure DevOps out.
///
/// At the limit a new connection takes the place of one that has never shown valid credentials, rather than be refused:
/// somebody who opens connections and says nothing must not hold them against those that come to say something.
struct ConnectionGate {
    /// Names one connection; of two the later one has the greater number.
    struct ConnectionID: Hashable, Comparable, Sendable {
        fileprivate let number: UInt64

        /// A connection that no gate has let in, such as a test's.
        static let none = ConnectionID(number: 0)

        static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    }

    enum Verdict: Hashable {
        /// It counts as open from now on; then `closed()` must follow. `evicted` no longer counts, and must be closed.
        case admitted(ConnectionID, evicted: ConnectionID?)
        /// To be closed at once, before it costs a TLS handshake.
        case refused
    }

    private struct Connection {
        let source: SourceKey
        var isAuthenticated = false
    }

    private let maximumConnections: Int
    private let reservedConnections: Int
    private var connections: [ConnectionID: Connection] = [:]
    private var lastNumber: UInt64 = 0
    private var knownSources: [SourceKey: Int64] = [:]

    static let maximumKnownSources = 256
    /// How long valid credentials make a source known.
    static let knownMilliseconds: Int64 = 3_600_000

    init(maximumConnections: Int, reservedConnections: Int) {
        self.maximumConnections = maximumConnections
        self.reservedConnections = reservedConnections
    }

    var openConnections: Int { connections.count }

    mutating func open(from source: SourceKey, atMilliseconds now: Int64) -> Verdict {
        let limit = isKnown(source, now) ? maximumConnections : maximumConnections - reservedConnections
        guard connections.count >= limit else { return .admitted(add(source), evicted: nil) }
        guard let victim = victim(for: source, now) else { return .refused }
        connections[victim] = nil
        return .admitted(add(source), evicted: victim)
    }

    /// One that was evicted before is no longer known, and none of ours.
    mutating func closed(_ id: ConnectionID) {
        connections[id] = nil
    }

    /// The connection has shown valid credentials.
    mutating func authenticated(_ id: ConnectionID, from source: SourceKey, atMilliseconds now: Int64) {
        connections[id]?.isAuthenticated = true
        if knownSources.count >= Self.maximumKnownSources, knownSources[source] == nil,
            let oldest = knownSources.min(by: { $0.value < $1.value })
        {
            knownSources[oldest.key] = nil
        }
        knownSources[source] = now
    }

    /// Whether the connection has ever shown valid credentials.
    func isAuthenticated(_ id: ConnectionID) -> Bool { connections[id]?.isAuthenticated ?? false }
}

extension ConnectionGate {
    private mutating func add(_ source: SourceKey) -> ConnectionID {
        lastNumber += 1
        let id = ConnectionID(number: lastNumber)
        connections[id] = Connection(source: source)
        return id
    }

    private func isKnown(_ source: SourceKey, _ now: Int64) -> Bool {
        knownSources[source].map { now - $0 <= Self.knownMilliseconds } ?? false
    }

    /// The oldest connection without valid credentials, of the source that has most of these: so a source that floods
    /// us pushes its own connections out, and not the one on which somebody else is in the middle of a handshake. Those
    /// of known sources come last, and a stranger never takes one's place.
    private func victim(for source: SourceKey, _ now: Int64) -> ConnectionID? {
        let candidates = connections.filter { !$0.value.isAuthenticated }
        let strangers = candidates.filter { !isKnown($0.value.source, now) }
        if !strangers.isEmpty { return Self.oldestOfLargestSource(strangers) }
        return isKnown(source, now) ? Self.oldestOfLargestSource(candidates) : nil
    }

    private static func oldestOfLargestSource(_ connections: [ConnectionID: Connection]) -> ConnectionID? {
        let counts = connections.values.reduce(into: [SourceKey: Int]()) { $0[$1.source, default: 0] += 1 }
        return connections.max { left, right in
            let (leftCount, rightCount) = (counts[left.value.source] ?? 0, counts[right.value.source] ?? 0)
            return (leftCount, right.key) < (rightCount, left.key)
        }?.key
    }
}
