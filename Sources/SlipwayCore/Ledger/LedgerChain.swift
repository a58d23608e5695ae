internal import Crypto

/// The chain: each record's hash covers its content and the hash of the record before, so an edited, removed,
/// inserted or reordered record is found. What it can't show is a tail cut off, or a whole ledger written anew: for
/// that somebody else must have kept a hash.
public struct LedgerChain: Hashable, Sendable {
    /// The sequence of the last record; 0 for an empty ledger.
    public private(set) var sequence: Int64
    public private(set) var head: LedgerHash

    /// What the first record follows.
    public static let genesis = LedgerHash(unchecked: [UInt8](repeating: 0, count: 32))

    /// A chain that goes on from its last record.
    public init(sequence: Int64 = 0, head: LedgerHash = LedgerChain.genesis) {
        self.sequence = sequence
        self.head = head
    }

    /// Appends an entry and answers its record.
    public mutating func seal(_ entry: LedgerEntry) -> LedgerRecord {
        let facts = entry.facts.canonicalJSON
        let next = sequence + 1
        let hash = Self.hash(
            sequence: next, at: entry.at, kind: entry.kind, subject: entry.subject, facts: facts, previous: head)
        let record = LedgerRecord(
            sequence: next, at: entry.at, kind: entry.kind, subject: entry.subject, facts: facts, previousHash: head,
            hash: hash)
        sequence = next
        head = hash
        return record
    }

    /// Checks that `record` is the next one, and takes it as the new last one. Answers what is wrong with it, if
    /// anything is; the chain then stays where it was.
    public mutating func verify(_ record: LedgerRecord) -> LedgerFault? {
        guard record.sequence == sequence + 1 else {
            return LedgerFault(sequence: record.sequence, kind: .gap(expected: sequence + 1))
        }
        guard record.previousHash == head else { return LedgerFault(sequence: record.sequence, kind: .detached) }
        let hash = Self.hash(
            sequence: record.sequence, at: record.at, kind: record.kind, subject: record.subject, facts: record.facts,
            previous: head)
        guard record.hash == hash else { return LedgerFault(sequence: record.sequence, kind: .edited) }
        sequence = record.sequence
        head = hash
        return nil
    }

    /// The same by the bytes of a record, for long ledgers: whether it is the next one and whole. What is wrong with one that
    /// isn't, `verify` tells. `facts` and the others are UTF-8.
    ///
    /// - Parameter scratch: used again for each record.
    public mutating func advance(
        sequence: Int64, at: Int64, kind: UnsafeRawBufferPointer, subject: UnsafeRawBufferPointer,
        facts: UnsafeRawBufferPointer, previousHash: UnsafeRawBufferPointer, hash: UnsafeRawBufferPointer,
        scratch: inout [UInt8]
    ) -> Bool {
        guard sequence == self.sequence + 1, hash.count == 32, head.isSame(previousHash) else { return false }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: previousHash)
        Self.append(UInt64(bitPattern: sequence), to: &scratch)
        Self.append(UInt64(bitPattern: at), to: &scratch)
        for field in [kind, subject, facts] {
            Self.append(UInt64(field.count), to: &scratch)
            scratch.append(contentsOf: field)
        }
        guard SHA256.hash(data: scratch).withUnsafeBytes({ LedgerHash.areSame($0, hash) }) else { return false }
        self.sequence = sequence
        head.replace(with: hash)
        return true
    }

    /// Every field goes in with its length, so that no two records hash the same bytes.
    private static func hash(
        sequence: Int64, at: Timestamp, kind: String, subject: String, facts: String, previous: LedgerHash
    ) -> LedgerHash {
        var bytes = previous.bytes
        bytes.reserveCapacity(32 + 16 + 24 + kind.utf8.count + subject.utf8.count + facts.utf8.count)
        append(UInt64(bitPattern: sequence), to: &bytes)
        append(UInt64(bitPattern: at.milliseconds), to: &bytes)
        for field in [kind, subject, facts] {
            append(UInt64(field.utf8.count), to: &bytes)
            bytes.append(contentsOf: field.utf8)
        }
        return LedgerHash(unchecked: Array(SHA256.hash(data: bytes)))
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// The first thing wrong with a ledger.
public struct LedgerFault: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// A record was removed, inserted or moved.
        case gap(expected: Int64)
        /// It doesn't follow the record before.
        case detached
        /// Its content is not what was recorded.
        case edited
        /// It can't be read at all.
        case unreadable(String)
    }

    public var sequence: Int64
    public var kind: Kind

    public init(sequence: Int64, kind: Kind) {
        self.sequence = sequence
        self.kind = kind
    }

    public var description: String {
        switch kind {
        case .gap(let expected):
            "record \(sequence) stands where record \(expected) should: one was removed, inserted or moved"
        case .detached: "record \(sequence) does not follow the record before it"
        case .edited: "record \(sequence) was edited: its hash does not fit its content"
        case .unreadable(let why): "record \(sequence) can't be read: \(why)"
        }
    }
}
