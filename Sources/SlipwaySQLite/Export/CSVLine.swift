internal import SlipwayCore

enum CSVLine {
    static let header = "sequence,at,kind,subject,facts,previous_hash,hash\r\n"

    static func append(_ record: RecordBytes, to bytes: inout [UInt8]) {
        bytes.append(decimal: record.sequence)
        bytes.append(UInt8(ascii: ","))
        bytes.append(instant: record.at)
        append(record.kind, to: &bytes)
        append(record.subject, to: &bytes)
        append(record.facts, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        bytes.append(hexadecimal: record.previousHash)
        bytes.append(UInt8(ascii: ","))
        bytes.append(hexadecimal: record.hash)
        bytes.append("\r\n")
    }

    /// A comma and a cell in quotes. One that a spreadsheet would take for a formula gets an apostrophe first: what is in it
    /// came from outside, and the ledger may be opened by whoever audits it.
    private static func append(_ value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(",\"")
        if let first = value.first, startsFormula(first) { bytes.append(UInt8(ascii: "'")) }
        var start = 0
        for (place, byte) in value.enumerated() where byte == UInt8(ascii: "\"") {
            // With the quote, which then comes once more.
            bytes.append(contentsOf: value[start...place])
            start = place
        }
        bytes.append(contentsOf: value[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    /// Tab and the line ends too: a spreadsheet drops them and looks at what follows.
    private static func startsFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D, 0x0A: true
        default: false
        }
    }
}
