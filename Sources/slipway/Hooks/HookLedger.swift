internal import Foundation
internal import SlipwayAzurePipelines
internal import SlipwayCore
internal import SlipwaySQLite

/// The deliveries that the server has recorded, as far as a test of the hooks needs them.
struct HookLedger: Sendable {
    /// The number of the newest; 0: there is none.
    var newest: @Sendable () async throws -> Int64
    /// Those that are newer than that number, newest first.
    var after: @Sendable (_ number: Int64) async throws -> [StoredDelivery]

    init(
        newest: @escaping @Sendable () async throws -> Int64,
        after: @escaping @Sendable (_ number: Int64) async throws -> [StoredDelivery]
    ) {
        self.newest = newest
        self.after = after
    }

    init(_ reader: StoreReader) {
        newest = { try await reader.deliveries(limit: 1).first?.number ?? 0 }
        after = { number in try await reader.deliveries(limit: StoreReader.maximumLimit).filter { $0.number > number } }
    }
}

extension StoredDelivery {
    /// Whether it is that of a test notification. A sample's own identifiers are made up, and not kept: it is known by its
    /// type alone.
    func isOf(_ answer: HookTestAnswer?, _ subscription: ListedSubscription) -> Bool {
        guard let facts = try? JSONDecoder().decode([String: LedgerFacts.Fact].self, from: Data(facts.utf8)) else {
            return false
        }
        func text(_ name: String) -> String? {
            guard case .text(let text) = facts[name] else { return nil }
            return text.lowercased()
        }
        if let event = answer?.eventID, text("event") == event.lowercased() { return true }
        if text("subscription") == subscription.id.lowercased() { return true }
        return text("reason") == Delivery.testSampleReason
            && text("eventType") == subscription.subject.eventType.lowercased()
    }
}
