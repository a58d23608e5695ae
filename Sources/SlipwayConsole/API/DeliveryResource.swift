internal import Foundation
internal import SlipwayCore

/// A delivery as the API and the pages show it. Its body is not kept.
struct DeliveryResource: Encodable {
    var number: Int64
    var receivedAt: String
    var disposition: String
    var duplicateOf: Int64?
    var facts: [String: LedgerFacts.Fact]

    init(_ delivery: RecordedDelivery) {
        number = delivery.number
        receivedAt = delivery.receivedAt.description
        disposition = delivery.disposition.rawValue
        duplicateOf = delivery.duplicateOf
        let facts = try? JSONDecoder().decode([String: LedgerFacts.Fact].self, from: Data(delivery.facts.utf8))
        self.facts = facts ?? ["unreadable": .text(delivery.facts)]
    }
}

/// A page of deliveries.
struct DeliveryListResource: Encodable {
    var deliveries: [DeliveryResource]
    var nextCursor: String?

    /// - Parameter found: one more than the limit, where there are more.
    init(_ found: [RecordedDelivery], limit: Int) {
        deliveries = found.prefix(limit).map(DeliveryResource.init)
        nextCursor = found.count > limit ? deliveries.last.map { OpaqueCursor.text($0.number) } : nil
    }
}
