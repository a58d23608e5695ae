/// Who waits for a transaction, and whether one is under way. Pure: whoever drives it acts on the answers.
///
/// While a batch is being committed the next one gathers here.
struct CommitQueue<Operation: Sendable>: Sendable {
    enum Admission: Hashable {
        /// It will be taken by the batch after the present one.
        case queued
        /// Nothing is under way: the driver is to start a batch.
        case wake
        case refusedFull
        case refusedClosed
    }

    let maximumQueued: Int
    let maximumBatch: Int
    private var waiting: [Operation] = []
    private var isCommitting = false
    private var isClosed = false

    init(maximumQueued: Int, maximumBatch: Int) {
        self.maximumQueued = max(1, maximumQueued)
        self.maximumBatch = max(1, maximumBatch)
    }

    var count: Int { waiting.count }

    mutating func add(_ operation: Operation) -> Admission {
        guard !isClosed else { return .refusedClosed }
        guard waiting.count < maximumQueued else { return .refusedFull }
        return admit(operation)
    }

    /// Closes, with an operation that is behind all others and always admitted. Nil if it was closed before.
    mutating func close(with last: Operation) -> Admission? {
        guard !isClosed else { return nil }
        isClosed = true
        return admit(last)
    }

    private mutating func admit(_ operation: Operation) -> Admission {
        waiting.append(operation)
        guard !isCommitting else { return .queued }
        isCommitting = true
        return .wake
    }

    /// The next batch, in the order of admission.
    mutating func takeBatch() -> [Operation] {
        guard waiting.count > maximumBatch else { return takeAll() }
        let batch = Array(waiting.prefix(maximumBatch))
        waiting.removeFirst(maximumBatch)
        return batch
    }

    mutating func takeAll() -> [Operation] {
        let all = waiting
        waiting.removeAll(keepingCapacity: true)
        return all
    }

    /// A batch is over. True: the driver is to start another. False: the next `add` will say `wake`.
    mutating func batchEnded() -> Bool {
        isCommitting = !waiting.isEmpty
        return isCommitting
    }
}
