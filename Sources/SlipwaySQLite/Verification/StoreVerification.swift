public import SlipwayCore

/// What a verification found.
///
/// An edited, removed, inserted or moved record is found, and so is an end that was cut off with SQL alone, since SQLite
/// remembers the highest sequence. **Not detectable from the file itself**: an end cut off by somebody who also resets
/// that memory, a beginning removed by somebody who also appends what `SQLiteStore.prune` does, and a ledger whose hashes were
/// all computed anew from some record on. They show when `headSequence`, `head` and `pruned` are compared with values that
/// were kept elsewhere.
public struct StoreVerification: Hashable, Sendable {
    /// The last record up to which the chain holds, and its hash.
    public internal(set) var headSequence: Int64 = 0
    public internal(set) var head = LedgerChain.genesis
    /// What was pruned, so that the chain begins after it; nil: it begins with the first record that ever was.
    public internal(set) var pruned: LedgerPruned?
    /// The first thing wrong with the chain; what follows it was not looked at.
    public internal(set) var fault: LedgerFault?
    /// Launches and deliveries that contradict the ledger, the first `maximumMismatches` of them.
    public internal(set) var mismatches: [StoreMismatch] = []
    public internal(set) var mismatchCount = 0

    public var isSound: Bool { fault == nil && mismatchCount == 0 }
    public static let maximumMismatches = 100

    mutating func add(_ found: [StoreMismatch]) {
        mismatchCount += found.count
        mismatches += found.prefix(Self.maximumMismatches - mismatches.count)
    }

    /// What another look found wrong with rows.
    mutating func add(_ other: StoreVerification) {
        mismatchCount += other.mismatchCount
        mismatches += other.mismatches.prefix(Self.maximumMismatches - mismatches.count)
    }
}

/// A row that the ledger contradicts.
public struct StoreMismatch: Hashable, Sendable, CustomStringConvertible {
    /// A launch's id, or `delivery-<number>`.
    public var subject: String
    public var detail: String

    public var description: String { "\(subject): \(detail)" }
}

/// How far a verification has come.
public struct VerificationProgress: Hashable, Sendable {
    public enum Phase: String, Hashable, Sendable {
        case ledger
        case launches
        case deliveries
    }

    public var phase: Phase
    public var done: Int64
    /// As it was when the phase began.
    public var total: Int64
}
