internal import Hummingbird
internal import Logging
internal import SlipwayCore

/// Reads for a request: what the reader throws is logged, and the caller told that the store can't be read.
struct Reading: Sendable {
    let reader: any ConsoleReader

    /// A launch has a dozen records; this is for one that has gone through very many attempts.
    static let maximumRecords = 500

    func perform<Value>(
        _ context: BasicRequestContext, _ read: (any ConsoleReader) async throws -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await read(reader)
        } catch {
            context.logger.error("The console could not read the store", metadata: ["error": "\(error)"])
            throw .unreadable
        }
    }

    func launchWithRecords(
        _ id: LaunchID, _ context: BasicRequestContext
    ) async throws(Problem) -> (Launch, [LedgerRecord]) {
        guard let launch = try await perform(context, { try await $0.launch(id) }) else { throw .noSuchLaunch }
        let records = try await perform(context) { try await $0.records(of: id, limit: Self.maximumRecords) }
        return (launch, records)
    }
}
