internal import Hummingbird
internal import Logging
internal import SlipwayCore

/// Reads for a request: what the reader throws is logged, and the caller told that the store can't be read.
struct Reading: Sendable {
    let reader: any ConsoleReader

    /// A launch has a dozen records; this is for one that has gone through very many attempts.
    static let maximumRecords = 500
    static let maximumDeliveries = 50

    func perform<Value>(
        _ context: ConsoleContext, _ read: (any ConsoleReader) async throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await read(reader)
        } catch {
            context.logger.error("The console could not read the store", metadata: ["error": "\(error)"])
            throw .unreadable
        }
    }

    /// A launch with all that is known of it.
    func story(of id: LaunchID, _ context: ConsoleContext) async throws(Problem) -> LaunchDossier {
        guard let launch = try await perform(context, { try await $0.launch(id) }) else { throw .noSuchLaunch }
        return try await perform(context) { reader in
            async let records = reader.records(about: id.rawValue, limit: Self.maximumRecords)
            async let deliveries = reader.deliveries(touching: launch, limit: Self.maximumDeliveries)
            var decisions: [LedgerRecord] = []
            if let request = launch.request {
                decisions = try await reader.records(about: "request-\(request)", limit: Self.maximumRecords)
                    .filter { $0.concerns(launch) }
            }
            return LaunchDossier(
                launch: launch, records: try await records, decisions: decisions, deliveries: try await deliveries)
        }
    }
}

/// What is known of one launch.
struct LaunchDossier: Sendable {
    var launch: Launch
    /// About the launch, in the ledger's order.
    var records: [LedgerRecord]
    /// About its job request: why it waited, and what became of it.
    var decisions: [LedgerRecord]
    var deliveries: [RecordedDelivery]
}

extension LedgerRecord {
    /// A job request's id is unique in the organization, and one store may have known several.
    fileprivate func concerns(_ launch: Launch) -> Bool {
        guard case .integer(let pool)? = factsByName?["pool"] else { return true }
        return pool == Int64(launch.pool.rawValue)
    }
}
