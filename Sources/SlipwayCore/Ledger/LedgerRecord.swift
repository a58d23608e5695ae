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
    public private(set) var bytes: [UInt8]

    /// Takes 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads `description` back; nil for anything else.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    // MARK: For millions of them: four words each, and no memory of its own

    func isSame(_ other: UnsafeRawBufferPointer) -> Bool { bytes.withUnsafeBytes { Self.areSame($0, other) } }

    static func areSame(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        guard one.count == 32, other.count == 32 else { return false }
        return stride(from: 0, to: 32, by: 8).allSatisfy {
            one.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
                == other.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
        }
    }

    /// `other` is 32 bytes long.
    mutating func replace(with other: UnsafeRawBufferPointer) {
        bytes.withUnsafeMutableBytes { $0.copyBytes(from: other) }
    }

    /// 64 hex digits.
    public var description: String { hexadecimal(bytes) }
}
