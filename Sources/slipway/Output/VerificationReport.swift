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

    struct Fault: Encodable {
        var sequence: Int64
        var description: String
    }

    struct Mismatch: Encodable {
        var subject: String
        var detail: String
    }

    init(_ verification: StoreVerification) {
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
                "The \(headSequence) records before it are whole. Restore a backup, and find out who wrote to the file."
            )
        } else {
            lines.append("\(headSequence) records, and the chain holds.")
        }
        lines += mismatches.map { "CONTRADICTED: \($0.subject): \($0.detail)" }
        if mismatchCount > mismatches.count { lines.append("… and \(mismatchCount - mismatches.count) more.") }
        lines.append("head \(headSequence) \(headHash)")
        return lines.map { harmless($0) + "\n" }.joined()
    }
}
