internal import SlipwayCore

/// A ledger record as the bytes that it is stored as: an export copies most of them, and millions of strings would take longer
/// than the disk. Valid as long as what it was made of.
struct RecordBytes {
    var sequence: Int64
    var at: Timestamp
    var kind: UnsafeRawBufferPointer
    var subject: UnsafeRawBufferPointer
    var facts: UnsafeRawBufferPointer
    /// 32 bytes each.
    var previousHash: UnsafeRawBufferPointer
    var hash: UnsafeRawBufferPointer

    static func of(_ record: LedgerRecord, _ body: (RecordBytes) -> Void) {
        Array(record.kind.utf8).withUnsafeBytes { kind in
            Array(record.subject.utf8).withUnsafeBytes { subject in
                Array(record.facts.utf8).withUnsafeBytes { facts in
                    record.previousHash.bytes.withUnsafeBytes { previousHash in
                        record.hash.bytes.withUnsafeBytes { hash in
                            body(
                                RecordBytes(
                                    sequence: record.sequence, at: record.at, kind: kind, subject: subject,
                                    facts: facts,
                                    previousHash: previousHash, hash: hash))
                        }
                    }
                }
            }
        }
    }
}
