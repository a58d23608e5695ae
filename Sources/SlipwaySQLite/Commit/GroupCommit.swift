internal import GRDB
internal import SlipwayCore
internal import Synchronization

/// Concurrent operations share one transaction, and so one write to the disk.
///
/// Batches run one after another on the dispatch queue of the connection that writes. Each operation runs in a savepoint,
/// so one that is refused takes back only itself. Nobody is answered before the commit has returned, not even who is
/// refused: the refusal may rest on what the same batch has written.
final class GroupCommit: Sendable {
    struct Operation: Sendable {
        /// Does the work, and answers how to tell the caller once it is durable.
        let perform: @Sendable (inout WriteTransaction) throws -> Resume
        let fail: @Sendable (StoreError) -> Void
    }

    typealias Resume = @Sendable () -> Void

    private struct State: Sendable {
        var queue: CommitQueue<Operation>
        var statistics = CommitStatistics()
    }

    private let pool: DatabasePool
    private let path: String
    private let state: Mutex<State>

    init(_ pool: DatabasePool, path: String, _ configuration: StoreConfiguration) {
        self.pool = pool
        self.path = path
        state = Mutex(
            State(
                queue: CommitQueue(
                    maximumQueued: configuration.maximumQueuedOperations,
                    maximumBatch: configuration.maximumBatchOperations)))
    }

    var statistics: CommitStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.queued = state.queue.count
            return statistics
        }
    }

    /// Runs `work` in a transaction that it may share with others, and returns once that is durable.
    func submit<Value: Sendable>(
        _ work: @escaping @Sendable (inout WriteTransaction) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let operation = Operation(
                perform: { transaction in
                    let value = try work(&transaction)
                    return { continuation.resume(returning: .success(value)) }
                },
                fail: { continuation.resume(returning: .failure($0)) })
            admit(operation)
        }
        return try result.get()
    }

    /// Refuses what comes from now on, and returns when all that came before is answered. False: it was called before.
    func finish() async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let last = Operation(
                perform: { _ in { continuation.resume(returning: true) } },
                fail: { _ in continuation.resume(returning: true) })
            switch state.withLock({ $0.queue.close(with: last) }) {
            case .wake: wake()
            case nil: continuation.resume(returning: false)
            case .queued, .refusedFull, .refusedClosed: break
            }
        }
    }

    private func admit(_ operation: Operation) {
        let admission = state.withLock { state in
            let admission = state.queue.add(operation)
            if admission == .refusedFull || admission == .refusedClosed { state.statistics.failed += 1 }
            return admission
        }
        switch admission {
        case .queued: break
        case .wake: wake()
        case .refusedFull: operation.fail(overloaded)
        case .refusedClosed: operation.fail(closed)
        }
    }

    private var overloaded: StoreError {
        StoreError(
            code: .unavailable,
            message: "the store \(path) has too many writes waiting; look at the speed of its disk")
    }

    private var closed: StoreError {
        StoreError(code: .unavailable, message: "the store \(path) is closed")
    }
}

// MARK: On the queue of the connection that writes

extension GroupCommit {
    private func wake() {
        pool.asyncWriteWithoutTransaction { [self] database in runBatch(database) }
    }

    /// One batch, then back to the end of the dispatch queue: who reads on this connection gets a turn too.
    private func runBatch(_ database: Database) {
        let batch = state.withLock { $0.queue.takeBatch() }
        let answers = answers(to: batch, database)
        for answer in answers { answer() }
        if state.withLock({ $0.queue.batchEnded() }) { wake() }
    }

    private func answers(to batch: [Operation], _ database: Database) -> [Resume] {
        var transaction: WriteTransaction
        do {
            transaction = try WriteTransaction.begin(database)
        } catch {
            // Those who came while this waited for the lock have waited too: a wait for each batch would add up.
            let late = state.withLock { $0.queue.takeAll() }
            return failure(error, of: batch + late, database)
        }
        do {
            var refused = 0
            let answers = try batch.map { operation in
                try attempt(operation, &transaction, &refused)
            }
            try transaction.commit()
            count(batch.count, refused: refused)
            return answers
        } catch {
            return failure(error, of: batch, database)
        }
    }

    /// Throws only what spoils the whole transaction.
    private func attempt(
        _ operation: Operation, _ transaction: inout WriteTransaction, _ refused: inout Int
    ) throws -> Resume {
        do {
            return try transaction.inSavepoint(operation.perform)
        } catch let refusal as WriteTransaction.Refusal {
            refused += 1
            let error = StoreError(refusal.cause, path: path)
            return { operation.fail(error) }
        }
    }

    private func failure(_ error: any Error, of operations: [Operation], _ database: Database) -> [Resume] {
        WriteTransaction.abandon(database)
        let error = StoreError(error, path: path)
        state.withLock { $0.statistics.failed += Int64(operations.count) }
        return operations.map { operation in { operation.fail(error) } }
    }

    private func count(_ size: Int, refused: Int) {
        state.withLock { state in
            state.statistics.transactions += 1
            state.statistics.committed += Int64(size - refused)
            state.statistics.refused += Int64(refused)
            state.statistics.largestBatch = max(state.statistics.largestBatch, size)
        }
    }
}
