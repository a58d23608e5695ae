internal import GRDB
internal import SlipwayCore

extension WriteTransaction {
    /// Writes a delivery and its ledger record, as the duplicate of the first that had its key, if one had.
    mutating func record(_ delivery: Delivery) throws -> DeliveryReceipt {
        let key = Self.storedKey(of: delivery)
        let first = delivery.disposition == .rejected ? nil : try key.flatMap(firstDelivery)
        let number = numberDelivery()
        let record = try append(delivery.entry(number: number, duplicateOf: first))
        try execute(
            """
            INSERT INTO deliveries (number, received_at, disposition, key, duplicate_of, record) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [number, delivery.receivedAt.milliseconds, delivery.disposition.rawValue, key, first, record])
        return DeliveryReceipt(number: number, duplicateOf: first)
    }

    private func firstDelivery(withKey key: String) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT number FROM deliveries
                    WHERE key = ? AND duplicate_of IS NULL AND disposition <> 'rejected'
                    """),
            arguments: [key])
    }

    /// A key from outside that is absurdly long, or that SQLite would cut at a NUL and so take for another's, is not
    /// kept: its delivery is recorded each time it comes, which harms nobody.
    private static func storedKey(of delivery: Delivery) -> String? {
        guard let key = delivery.key, (1...maximumKeyBytes).contains(key.utf8.count) else { return nil }
        return key.utf8.contains(0) ? nil : key
    }

    /// As the schema has it.
    private static let maximumKeyBytes = 512
}
