internal import NIOConcurrencyHelpers

/// What the receiver has counted since it was made. Numbers only grow, except `openConnections`.
public struct ReceiverStatistics: Hashable, Sendable {
    public var openConnections = 0
    /// Closed at once because too many were open.
    public var refusedConnections = 0
    /// Closed to make room for a new one, since they had never shown valid credentials.
    public var evictedConnections = 0
    /// Handshakes that failed, plain HTTP included.
    public var failedHandshakes = 0
    /// Answers by status code.
    public var answers: [Int: Int] = [:]
    /// Requests that were not HTTP, or that two servers could read differently.
    public var malformedRequests = 0
    /// Connections whose peer was too slow, idle connections included.
    public var timeouts = 0
    /// By what was wrong: `missing`, `malformed`, `oversized`, `wrong`.
    public var failedAuthentications: [String: Int] = [:]
    /// Deliveries on disk, by disposition: `accepted`, `ignored`, `rejected`.
    public var deliveries: [String: Int] = [:]
    /// How many of them had been recorded before.
    public var duplicates = 0
    /// Deliveries that the store did not take, each answered with 503.
    public var unrecordedDeliveries = 0
    /// Deliveries with a field that was not as expected: the service may have changed its payloads.
    public var oddDeliveries = 0

    /// Claims of agents, by what became of them: `granted`, `unavailable`, `malformed`, `unauthorized`, or the refusal.
    public var claims: [String: Int] = [:]

    /// Calls of server tasks, by what became of them: `accepted`, `cancel_…`, `gate_…`, `verified`, or the refusal's code.
    public var serverTasks: [String: Int] = [:]

    mutating func count(_ status: Int) { answers[status, default: 0] += 1 }
}

/// The statistics, to be changed from any thread.
final class StatisticsBox: Sendable {
    private let box = NIOLockedValueBox(ReceiverStatistics())

    var current: ReceiverStatistics { box.withLockedValue { $0 } }

    func update(_ change: (inout ReceiverStatistics) -> Void) {
        box.withLockedValue { change(&$0) }
    }
}
