internal import Foundation
internal import SlipwayCore

enum JSONLine {
    /// Names in the order of the columns. The facts go in as they are stored, byte for byte, since the hash is over them;
    /// only if somebody has made them into something else than one JSON object on one line they go in as a text.
    static func append(_ record: RecordBytes, to bytes: inout [UInt8]) {
        bytes.append(#"{"sequence":"#)
        bytes.append(decimal: record.sequence)
        bytes.append(#","at":""#)
        bytes.append(instant: record.at)
        bytes.append(#"","kind":"#)
        append(record.kind, to: &bytes)
        bytes.append(#","subject":"#)
        append(record.subject, to: &bytes)
        bytes.append(#","facts":"#)
        if isObjectOnOneLine(record.facts) {
            bytes.append(contentsOf: record.facts)
        } else {
            append(record.facts, to: &bytes)
        }
        bytes.append(#","previousHash":""#)
        bytes.append(hexadecimal: record.previousHash)
        bytes.append(#"","hash":""#)
        bytes.append(hexadecimal: record.hash)
        bytes.append("\"}\n")
    }

    private static func isObjectOnOneLine(_ text: UnsafeRawBufferPointer) -> Bool {
        // As the ledger writes it, which is nearly always and read quickly; else whether it is JSON at all.
        if CanonicalFacts.isOne(text) { return true }
        guard text.first == UInt8(ascii: "{"), !text.contains(where: { $0 < 0x20 }) else { return false }
        return (try? JSONSerialization.jsonObject(with: Data(text))) is [String: Any]
    }

    private static func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for (place, byte) in text.enumerated() where isEscaped(byte) {
            bytes.append(contentsOf: text[start..<place])
            start = place + 1
            bytes.append(UInt8(ascii: "\\"))
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(byte)
            } else {
                bytes.append("u00")
                bytes.append(hexadecimal: byte)
            }
        }
        bytes.append(contentsOf: text[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }
}
