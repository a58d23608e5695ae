internal import Crypto
internal import Foundation
internal import SlipwayCore

/// The head of a ledger at one time, signed, for somebody else to keep. Six lines of text, of which the last is the signature
/// of all before it, so that any Ed25519 tool can check it: see docs/audit.md.
struct Checkpoint: Hashable, Sendable {
    var storeID: String
    /// The last record, and its hash; 0 for an empty ledger.
    var sequence: Int64
    var head: LedgerHash
    var at: Timestamp

    static let title = "slipway checkpoint 1"
    static let maximumBytes = 1_024

    /// What is signed.
    var payload: String {
        "\(Self.title)\nstore \(storeID)\nsequence \(sequence)\nhead \(head)\nat \(at)\n"
    }

    func signed(with key: CheckpointKey.Private) throws(CommandFailure) -> String {
        payload + "signature \(try key.sign(payload))\n"
    }

    /// Reads a checkpoint that `key` has signed. Nothing of one that it hasn't is used.
    init(_ text: String, signedBy key: CheckpointKey.Public) throws(CommandFailure) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 7, lines[6].isEmpty, lines[0] == Self.title,
            let store = Self.value("store", lines[1]),
            let sequence = Self.value("sequence", lines[2]).flatMap(Int64.init),
            let head = Self.value("head", lines[3]).flatMap(LedgerHash.init(hexadecimal:)),
            let at = Self.value("at", lines[4]).flatMap(Timestamp.init),
            let signature = Self.value("signature", lines[5]).flatMap({ Data(base64Encoded: $0) })
        else {
            throw CommandFailure(.notSo, "the checkpoint has not the form of one: it was changed, or is another file")
        }
        self.init(storeID: store, sequence: sequence, head: head, at: at)
        // Also that it is written as we write it: what was signed is what was read.
        guard text.hasPrefix(payload), key.isValid(signature, of: payload) else {
            throw CommandFailure(
                .notSo,
                "the checkpoint's signature is not by this key: it was changed, or --public-key is another's")
        }
    }

    init(storeID: String, sequence: Int64, head: LedgerHash, at: Timestamp) {
        self.storeID = storeID
        self.sequence = sequence
        self.head = head
        self.at = at
    }

    private static func value(_ name: String, _ line: String) -> String? {
        line.hasPrefix(name + " ") ? String(line.dropFirst(name.count + 1)) : nil
    }
}
