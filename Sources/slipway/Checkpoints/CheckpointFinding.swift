internal import SlipwayCore
internal import SlipwaySQLite

/// What a kept checkpoint tells of a ledger. Pure.
enum CheckpointFinding: Hashable {
    /// The ledger still has that record, with that hash.
    case holds
    /// Another store: the file was replaced.
    case otherStore(String)
    /// Its end is gone, from this record on.
    case truncated(last: Int64)
    /// That record is another one: what follows some earlier record was written anew.
    case rewritten
    /// That record was pruned, so nothing can be told.
    case pruned(LedgerPruned)

    /// - Parameters:
    ///   - record: the ledger's record of the checkpoint's sequence; nil: there is none.
    ///   - last: the ledger's last record.
    init(
        _ checkpoint: Checkpoint, storeID: String, record: LedgerRecord?, last: Int64, pruned: LedgerPruned?
    ) {
        if storeID != checkpoint.storeID {
            self = .otherStore(storeID)
        } else if checkpoint.sequence == 0 {
            self = .holds
        } else if let pruned, checkpoint.sequence <= pruned.through {
            let isItsLast = checkpoint.sequence == pruned.through
            self = isItsLast ? (pruned.lastHash == checkpoint.head ? .holds : .rewritten) : .pruned(pruned)
        } else if let record {
            self = record.hash == checkpoint.head ? .holds : .rewritten
        } else {
            self = .truncated(last: last)
        }
    }

    var holds: Bool { self == .holds }

    func text(_ checkpoint: Checkpoint) -> String {
        let place = "the checkpoint of \(checkpoint.at) over record \(checkpoint.sequence)"
        switch self {
        case .holds: return "CHECKPOINT: \(place) holds."
        case .otherStore(let id):
            return
                "REPLACED: \(place) is of store \(checkpoint.storeID), and this is store \(id): another file was put in its "
                + "place."
        case .truncated(let last):
            return
                "CUT OFF: \(place) is beyond the last record, \(last): records \(last + 1) to \(checkpoint.sequence) are gone."
        case .rewritten:
            return
                "REWRITTEN: \(place) has another hash than this ledger's record: what was recorded was replaced, and its "
                + "hashes computed anew."
        case .pruned(let pruned):
            return
                "NOT TOLD: \(place) was pruned (record \(pruned.record) says so): only a checkpoint from record "
                + "\(pruned.through) on can be compared."
        }
    }
}
