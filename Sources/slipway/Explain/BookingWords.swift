internal import SlipwayCore

/// A record of a booking's history in sentences.
enum BookingWords {
    static func sentences(_ record: LedgerRecord) -> [String] {
        guard let facts = record.factsByName else { return ["This record can't be read: run slipway ledger verify."] }
        let words = FactWords(facts)
        switch record.kind {
        case "booking.accepted":
            let source = words.text("source").flatMap { $0.isEmpty ? nil : " from \($0)" } ?? ""
            let attempt = words.integer("jobAttempt").flatMap { $0 > 1 ? ", attempt \($0) of its job" : nil } ?? ""
            return ["Its call came\(source)\(attempt)."] + outcome(words)
        case "booking.repeated": return ["The call came once more. Nothing was started for that."]
        case "booking.decided": return outcome(words)
        case "booking.closed": return [closing(words)]
        case "booking.refused": return [refusal(words.text("code") ?? "")]
        case "decision.hold": return ["Its agent had to wait: \(words.text("reason") ?? "no reason is recorded")."]
        case "decision.refuse":
            return ["No launch was to be made for it: \(words.text("reason") ?? "no reason is recorded")."]
        default: return ["\(record.kind)" + (words.text("reason").map { ": \($0)" } ?? "") + "."]
        }
    }

    private static func outcome(_ words: FactWords) -> [String] {
        guard let result = words.text("result") else { return [] }
        return ["The task's result was decided, \(result): \(words.text("reason") ?? "no reason is recorded")."]
    }

    private static func refusal(_ code: String) -> String {
        if let refusal = BookingRefusal(rawValue: code) { return "A call was refused. \(refusal.message)" }
        switch code {
        case "cancelled_over": return "It was cancelled when it was decided already, which changed nothing."
        case "cancelled_unknown": return "It was cancelled before its call came."
        default: return "A call was refused: \(code.isEmpty ? "no reason is recorded" : code)."
        }
    }

    private static func closing(_ words: FactWords) -> String {
        switch words.text("closing").flatMap(BookingClosing.init) {
        case .told?: "The service took the answer."
        case .nobodyWaits?: "Its run waited for no answer any more."
        case .gaveUp?: "The service could not be reached with the answer for an hour."
        case nil: "Its task was over."
        }
    }
}
