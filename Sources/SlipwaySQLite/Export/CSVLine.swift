internal import SlipwayCore

enum CSVLine {
    static let header = "sequence,at,kind,subject,facts,previous_hash,hash\r\n"

    static func append(_ record: LedgerRecord, to bytes: inout [UInt8]) {
        bytes.append(decimal: record.sequence)
        bytes.append(UInt8(ascii: ","))
        bytes.append(instantOf: record)
        for value in [record.kind, record.subject, record.facts] {
            bytes.append(UInt8(ascii: ","))
            append(value, to: &bytes)
        }
        for hash in [record.previousHash, record.hash] {
            bytes.append(UInt8(ascii: ","))
            bytes.append(hexadecimal: hash.bytes)
        }
        bytes.append(contentsOf: [0x0D, 0x0A])
    }

    /// A cell in quotes. One that a spreadsheet would take for a formula gets an apostrophe first: what is in it came from
    /// outside, and the ledger may be opened by whoever audits it.
    private static func append(_ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if let first = value.utf8.first, formulaStarts.contains(first) { bytes.append(UInt8(ascii: "'")) }
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Tab and the line ends too: a spreadsheet drops them and looks at what follows.
    private static let formulaStarts: Set<UInt8> = [
        UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D, 0x0A,
    ]
}
