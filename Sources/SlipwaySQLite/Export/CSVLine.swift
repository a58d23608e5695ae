internal import SlipwayCore

enum CSVLine {
    static let header = "sequence,at,kind,subject,facts,previous_hash,hash\r\n"

    static func line(_ record: LedgerRecord) -> String {
        let cells = [
            String(record.sequence), record.exportedInstant, text(record.kind), text(record.subject),
            text(record.facts), record.previousHash.description, record.hash.description,
        ]
        return cells.joined(separator: ",") + "\r\n"
    }

    /// A cell in quotes. One that a spreadsheet would take for a formula gets an apostrophe first: what is in it came from
    /// outside, and the ledger may be opened by whoever audits it.
    private static func text(_ value: String) -> String {
        var cell = "\""
        if let first = value.unicodeScalars.first, formulaStarts.contains(first) { cell += "'" }
        for scalar in value.unicodeScalars {
            if scalar == "\"" { cell += "\"" }
            cell.unicodeScalars.append(scalar)
        }
        return cell + "\""
    }

    /// Tab and the line ends too: a spreadsheet drops them and looks at what follows.
    private static let formulaStarts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n"]
}
