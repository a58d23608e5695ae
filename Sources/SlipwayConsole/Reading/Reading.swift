internal import Hummingbird
internal import Logging
internal import SlipwayCore

/// Reads for a request: what the reader throws is logged, and the caller told that the store can't be read.
struct Reading: Sendable {
    let reader: any ConsoleReader

    /// A launch has a dozen records; these are for one that has gone through very many attempts.
    static let maximumRecords = 500
    static let maximumShownRecords = 100
    static let maximumDeliveries = 50

    func perform<Value>(
        _ context: ConsoleContext, _ read: (any ConsoleReader) async throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await read(reader)
        } catch is ConsoleReaderBusy {
            throw .underway
        } catch {
            context.logger.error("The console could not read the store", metadata: ["error": "\(error)"])
            throw .unreadable
        }
    }

    /// A launch with what is known of it. What can't be read beside it is left out, and named.
    func story(of id: LaunchID, records limit: Int, _ context: ConsoleContext) async throws(Problem) -> LaunchDossier {
        guard let launch = try await perform(context, { try await $0.launch(id) }) else { throw .noSuchLaunch }
        async let records = part(context) { reader in
            NewestRecords(try await reader.records(before: .max, about: id.rawValue, limit: limit + 1), limit: limit)
        }
        async let decisions = part(context) { reader in
            guard let request = launch.request else { return NewestRecords([], limit: limit) }
            let found = try await reader.records(before: .max, about: request.ledgerSubject, limit: limit + 1)
            var newest = NewestRecords(found, limit: limit)
            newest.records = newest.records.filter { $0.record?.concerns(launch) ?? true }
            return newest
        }
        async let deliveries = part(context) { reader in
            try await reader.deliveries(about: launch.origin, limit: Self.maximumDeliveries)
        }
        async let ranDeliveries = part(context) { reader -> [RecordedDelivery] in
            guard let origin = launch.ranOrigin else { return [] }
            return try await reader.deliveries(about: origin, limit: Self.maximumDeliveries)
        }
        return LaunchDossier(
            launch: launch, records: await records, decisions: await decisions, deliveries: await deliveries,
            ranDeliveries: await ranDeliveries)
    }

    /// Nil where it can't be read.
    private func part<Value: Sendable>(
        _ context: ConsoleContext, _ read: @Sendable (any ConsoleReader) async throws -> Value
    ) async -> Value? {
        try? await perform(context, read)
    }
}

/// What is known of one launch. Nil: it can't be read.
struct LaunchDossier: Sendable {
    var launch: Launch
    var records: NewestRecords?
    /// About its job request: why it waited, and what became of it.
    var decisions: NewestRecords?
    /// Of the job that it was made for, the newest first.
    var deliveries: [RecordedDelivery]?
    /// Of the job that its agent took, where that is another one.
    var ranDeliveries: [RecordedDelivery]?

    /// Of both jobs, the newest first. Nil where either can't be read.
    var allDeliveries: [RecordedDelivery]? {
        guard let deliveries, let ranDeliveries else { return nil }
        let known = Set(deliveries.map(\.number))
        return (deliveries + ranDeliveries.filter { !known.contains($0.number) }).sorted { $0.number > $1.number }
    }

    /// The names of what has older ones too, as the API has them.
    var shortened: [String] {
        [("records", records), ("decisions", decisions)].filter { $0.1?.hasOlder == true }.map(\.0)
    }

    /// The names of what can't be read, as the API has them.
    var unreadable: [String] {
        [("records", records == nil), ("decisions", decisions == nil), ("deliveries", allDeliveries == nil)]
            .filter(\.1).map(\.0)
    }
}

/// The newest records about something, in the ledger's order.
struct NewestRecords: Sendable {
    var records: [RecordReading]
    /// Whether there are older ones.
    var hasOlder: Bool

    /// - Parameter found: the newest first, one more than the limit where there are more.
    init(_ found: [RecordReading], limit: Int) {
        records = found.prefix(limit).reversed()
        hasOlder = found.count > limit
    }
}

extension LedgerRecord {
    /// A job request's id is unique in the organization, and one store may have known several.
    fileprivate func concerns(_ launch: Launch) -> Bool {
        guard case .integer(let pool)? = factsByName?["pool"] else { return true }
        return pool == Int64(launch.pool.rawValue)
    }
}
