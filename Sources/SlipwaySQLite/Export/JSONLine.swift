internal import Foundation
internal import SlipwayCore

enum JSONLine {
    /// Names in the order of the columns. The facts go in as they are stored, byte for byte, since the hash is over them;
    /// only if somebody has made them into something else than one JSON object on one line they go in as a text.
    static func line(_ record: LedgerRecord) -> String {
        let facts = isObjectOnOneLine(record.facts) ? record.facts : quoted(record.facts)
        return """
            {"sequence":\(record.sequence),"at":"\(record.exportedInstant)","kind":\(quoted(record.kind)),\
            "subject":\(quoted(record.subject)),"facts":\(facts),"previousHash":"\(record.previousHash)",\
            "hash":"\(record.hash)"}

            """
    }

    private static func isObjectOnOneLine(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "{"), !text.utf8.contains(where: { $0 < 0x20 }) else { return false }
        return (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any]
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..<"\u{20}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
