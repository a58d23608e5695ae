internal import GRDB
public import SlipwayCore

/// A delivery as it is stored.
public struct StoredDelivery: Hashable, Sendable {
    public var number: Int64
    public var receivedAt: Timestamp
    public var disposition: Delivery.Disposition
    public var duplicateOf: Int64?
    public var key: String?
    /// What its ledger record says of it: one JSON object, as in `LedgerRecord.facts`.
    public var facts: String
}

extension StoreReader {
    /// Deliveries, newest first; before `number`, if it is given: the last one of a page leads to the next page.
    public func deliveries(before number: Int64 = .max, limit: Int = 50) async throws(StoreError) -> [StoredDelivery] {
        try await deliveries(DeliveryQuery(), before: number, limit: limit).deliveries
    }

    static let deliveryColumns = "number, received_at, disposition, duplicate_of, key, facts"

    /// `statement` selects `deliveryColumns`.
    static func deliveries(_ statement: Statement, _ arguments: StatementArguments) throws -> [StoredDelivery] {
        var deliveries: [StoredDelivery] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { deliveries.append(try delivery(row)) }
        return deliveries
    }

    private static func delivery(_ row: Row) throws -> StoredDelivery {
        guard let number = Int64.fromDatabaseValue(row[0]), let receivedAt = Int64.fromDatabaseValue(row[1]),
            let disposition = String.fromDatabaseValue(row[2]).flatMap(Delivery.Disposition.init),
            let facts = String.fromDatabaseValue(row[5])
        else {
            throw StoreError(
                code: .corrupt,
                message: "a delivery can't be read from the store: run `slipway ledger verify`, then restore a backup")
        }
        return StoredDelivery(
            number: number, receivedAt: Timestamp(milliseconds: receivedAt), disposition: disposition,
            duplicateOf: Int64.fromDatabaseValue(row[3]), key: String.fromDatabaseValue(row[4]), facts: facts)
    }
}
