internal import Foundation
internal import SlipwayCore

enum JSONLine {
    /// Names in the order of the columns. The facts go in as they are stored, byte for byte, since the hash is over them;
    /// only if somebody has made them into something else than one JSON object on one line they go in as a text.
    static func append(_ record: LedgerRecord, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"sequence":"#.utf8)
        bytes.append(decimal: record.sequence)
        bytes.append(contentsOf: #","at":""#.utf8)
        bytes.append(instantOf: record)
        bytes.append(contentsOf: #"","kind":"#.utf8)
        append(record.kind, to: &bytes)
        bytes.append(contentsOf: #","subject":"#.utf8)
        append(record.subject, to: &bytes)
        bytes.append(contentsOf: #","facts":"#.utf8)
        if isObjectOnOneLine(record.facts) {
            bytes.append(contentsOf: record.facts.utf8)
        } else {
            append(record.facts, to: &bytes)
        }
        bytes.append(contentsOf: #","previousHash":""#.utf8)
        bytes.append(hexadecimal: record.previousHash.bytes)
        bytes.append(contentsOf: #"","hash":""#.utf8)
        bytes.append(hexadecimal: record.hash.bytes)
        bytes.append(contentsOf: "\"}\n".utf8)
    }

    private static func isObjectOnOneLine(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "{"), !text.utf8.contains(where: { $0 < 0x20 }) else { return false }
        // As the ledger writes it, which is nearly always and read quickly; else whether it is JSON at all.
        return CanonicalFacts.isOne(text) || (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any]
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hexadecimal: [byte])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
