/// Something to be recorded, before the ledger has given it a place in its chain.
public struct LedgerEntry: Hashable, Sendable {
    public var at: Timestamp
    /// `delivery.recorded`, `launch.pending`, `decision.hold`, …
    public var kind: String
    /// The launch, delivery or job request it is about.
    public var subject: String
    public var facts: LedgerFacts

    public init(at: Timestamp, kind: String, subject: String, facts: LedgerFacts = LedgerFacts()) {
        self.at = at
        self.kind = kind
        self.subject = subject
        self.facts = facts
    }
}

/// The named facts of an entry. They never hold a secret, nor a person's name or e-mail address.
public struct LedgerFacts: Hashable, Sendable {
    public enum Fact: Hashable, Sendable {
        case text(String)
        case integer(Int64)
        case flag(Bool)
    }

    private var values: [String: Fact] = [:]

    public init() {}

    /// A text is cut after `maximumTextBytes`: what comes from outside must not swell the ledger.
    public subscript(name: String) -> Fact? {
        get { values[name] }
        set {
            if case .text(let text)? = newValue, text.utf8.count > Self.maximumTextBytes {
                values[name] = .text(String(text.prefix(Self.maximumTextBytes / 4)) + "…")
            } else {
                values[name] = newValue
            }
        }
    }

    public static let maximumTextBytes = 2_048

    mutating func set(_ name: String, _ text: String?, ifChangedFrom old: String?) {
        if let text, text != old { self[name] = .text(text) }
    }

    /// The facts as one JSON object: names sorted, no white space, and only the escapes that JSON demands. The chain's
    /// hashes are over these bytes, so this form never changes.
    public var canonicalJSON: String {
        var text = "{"
        for (index, name) in values.keys.sorted().enumerated() {
            if index > 0 { text.append(",") }
            appendJSONString(name, to: &text)
            text.append(":")
            switch values[name] {
            case .text(let value): appendJSONString(value, to: &text)
            case .integer(let value): text.append(String(value))
            case .flag(let value): text.append(value ? "true" : "false")
            case nil: text.append("null")
            }
        }
        text.append("}")
        return text
    }
}

private func appendJSONString(_ value: String, to text: inout String) {
    text.append("\"")
    for scalar in value.unicodeScalars {
        switch scalar {
        case "\"": text.append("\\\"")
        case "\\": text.append("\\\\")
        case "\u{0}"..<"\u{20}", "\u{7F}":
            text.append("\\u00")
            text.append(hexadecimal([UInt8(truncatingIfNeeded: scalar.value)]))
        default: text.unicodeScalars.append(scalar)
        }
    }
    text.append("\"")
}
