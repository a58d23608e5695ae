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
    /// It has, but what was before it was removed since. That a record says so proves nothing: whoever writes to the file can
    /// append one.
    case shortened(LedgerPruned)
    /// That record was pruned, so nothing can be told.
    case pruned(LedgerPruned)

    /// - Parameters:
    ///   - record: the ledger's record of the checkpoint's sequence; nil: there is none.
    ///   - last: the ledger's last record.
    ///   - prunedThrough: what its keeper says was pruned since the checkpoint, up to this record; nil: nothing.
    init(
        _ checkpoint: Checkpoint, storeID: String, record: LedgerRecord?, last: Int64, pruned: LedgerPruned?,
        prunedThrough: Int64? = nil
    ) {
        // Of the last record that was pruned the hash was kept.
        let hash = checkpoint.sequence == pruned?.through ? pruned?.lastHash : record?.hash
        if storeID != checkpoint.storeID {
            self = .otherStore(storeID)
        } else if checkpoint.sequence == 0 {
            self = .holds
        } else if let pruned, checkpoint.sequence < pruned.through {
            self = .pruned(pruned)
        } else if let hash {
            self = hash == checkpoint.head ? Self.holding(checkpoint, pruned, prunedThrough) : .rewritten
        } else {
            self = .truncated(last: last)
        }
    }

    /// A removal that the checkpoint's own records tell of is among what it vouches for.
    private static func holding(_ checkpoint: Checkpoint, _ pruned: LedgerPruned?, _ known: Int64?) -> Self {
        guard let pruned, pruned.record > checkpoint.sequence, known != pruned.through else { return .holds }
        return .shortened(pruned)
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
        case .shortened(let pruned):
            return
                "SHORTENED: \(place) holds, but the records up to \(pruned.through) have been removed since. Record "
                + "\(pruned.record) of \(pruned.at) says that they were pruned, which whoever writes to the file can say. If it "
                + "was you, give --pruned-through \(pruned.through)."
        case .pruned(let pruned):
            return
                "NOT TOLD: \(place) was pruned (record \(pruned.record) says so): only a checkpoint from record "
                + "\(pruned.through) on can be compared."
        }
    }
}
