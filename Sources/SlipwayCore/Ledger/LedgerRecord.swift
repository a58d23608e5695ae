/// One record of the ledger: an entry in its place in the chain.
public struct LedgerRecord: Hashable, Sendable {
    /// From 1, without gaps.
    public var sequence: Int64
    public var at: Timestamp
    public var kind: String
    public var subject: String
    /// The entry's facts, in `LedgerFacts.canonicalJSON`.
    public var facts: String
    /// The hash of the record before; `LedgerChain.genesis` for the first.
    public var previousHash: LedgerHash
    public var hash: LedgerHash

    public init(
        sequence: Int64, at: Timestamp, kind: String, subject: String, facts: String, previousHash: LedgerHash,
        hash: LedgerHash
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.subject = subject
        self.facts = facts
        self.previousHash = previousHash
        self.hash = hash
    }
}

/// A SHA-256 value.
public struct LedgerHash: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// Takes 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// 64 hex digits.
    public var description: String { hexadecimal(bytes) }
}
