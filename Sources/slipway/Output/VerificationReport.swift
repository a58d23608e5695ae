internal import SlipwayCore
internal import SlipwaySQLite

/// What a verification found, for a person and as JSON.
struct VerificationReport: Encodable {
    var isSound: Bool
    /// The last record up to which the chain holds.
    var headSequence: Int64
    var headHash: String
    var fault: Fault?
    var mismatchCount: Int
    /// The first of them.
    var mismatches: [Mismatch]
    /// What was removed on purpose before the first record; absent: nothing.
    var pruned: Pruned?
    /// What the checkpoint says that was given.
    var checkpoint: Kept?

    struct Pruned: Encodable {
        /// The record that says so.
        var record: Int64
        var at: String
        var through: Int64
    }

    struct Kept: Encodable {
        var sequence: Int64
        var holds: Bool
        var description: String
    }

    struct Fault: Encodable {
        var sequence: Int64
        var description: String
    }

    struct Mismatch: Encodable {
        var subject: String
        var detail: String
    }

    init(
        _ verification: StoreVerification, _ kept: Checkpoint? = nil, _ finding: CheckpointFinding? = nil
    ) {
        pruned = verification.pruned.map { Pruned(record: $0.record, at: $0.at.description, through: $0.through) }
        if let kept, let finding {
            checkpoint = Kept(sequence: kept.sequence, holds: finding.holds, description: finding.text(kept))
        }
        isSound = verification.isSound
        headSequence = verification.headSequence
        headHash = verification.head.description
        fault = verification.fault.map { Fault(sequence: $0.sequence, description: $0.description) }
        mismatchCount = verification.mismatchCount
        mismatches = verification.mismatches.map { Mismatch(subject: $0.subject, detail: $0.detail) }
    }

    var text: String {
        var lines: [String] = []
        if let fault {
            lines.append("BROKEN: \(fault.description)")
            lines.append(
                "The \(headSequence - (pruned?.through ?? 0)) records before it are whole. Restore a backup, and find out who wrote to the file."
            )
        } else {
            lines.append("\(headSequence - (pruned?.through ?? 0)) records, and the chain holds.")
        }
        if let pruned {
            lines.append(
                "The chain begins after record \(pruned.through): record \(pruned.record) of \(pruned.at) says that what "
                    + "came before was pruned.")
        }
        if let checkpoint { lines.append(checkpoint.description) }
        lines += mismatches.map { "CONTRADICTED: \($0.subject): \($0.detail)" }
        if mismatchCount > mismatches.count { lines.append("… and \(mismatchCount - mismatches.count) more.") }
        lines.append("head \(headSequence) \(headHash)")
        return lines.map { harmless($0) + "\n" }.joined()
    }
}
