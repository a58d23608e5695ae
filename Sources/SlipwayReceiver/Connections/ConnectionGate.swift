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
    /// How many connections of a source have not shown valid credentials.
    private var silentConnections: [SourceKey: Int] = [:]
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
        closed(victim)
        return .admitted(add(source), evicted: victim)
    }

    /// One that was evicted before is no longer known, and none of ours.
    mutating func closed(_ id: ConnectionID) {
        guard let connection = connections.removeValue(forKey: id), !connection.isAuthenticated else { return }
        addSilent(-1, of: connection.source)
    }

    /// The connection has shown valid credentials.
    mutating func authenticated(_ id: ConnectionID, from source: SourceKey, atMilliseconds now: Int64) {
        if let connection = connections[id], !connection.isAuthenticated {
            connections[id]?.isAuthenticated = true
            addSilent(-1, of: connection.source)
        }
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
        addSilent(1, of: source)
        return id
    }

    private mutating func addSilent(_ change: Int, of source: SourceKey) {
        let count = (silentConnections[source] ?? 0) + change
        silentConnections[source] = count > 0 ? count : nil
    }

    private func isKnown(_ source: SourceKey, _ now: Int64) -> Bool {
        knownSources[source].map { now - $0 <= Self.knownMilliseconds } ?? false
    }

    /// The oldest connection without valid credentials, of the source that has most of these: so a source that floods
    /// us pushes its own connections out, and not the one on which somebody else is in the middle of a handshake. Those
    /// of known sources come last, and a stranger never takes one's place.
    private func victim(for source: SourceKey, _ now: Int64) -> ConnectionID? {
        var worst: Candidate?
        for (id, connection) in connections where !connection.isAuthenticated {
            let candidate = Candidate(
                id: id, isKnown: isKnown(connection.source, now),
                siblings: silentConnections[connection.source] ?? 0)
            if worst.map({ candidate.goesBefore($0) }) ?? true { worst = candidate }
        }
        guard let worst, !worst.isKnown || isKnown(source, now) else { return nil }
        return worst.id
    }

    private struct Candidate {
        let id: ConnectionID
        let isKnown: Bool
        let siblings: Int

        func goesBefore(_ other: Candidate) -> Bool {
            if isKnown != other.isKnown { return !isKnown }
            return (other.siblings, id) < (siblings, other.id)
        }
    }
}
