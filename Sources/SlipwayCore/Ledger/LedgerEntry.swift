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
                values[name] = .text(String(decoding: text.utf8.prefix(Self.maximumTextBytes - 8), as: UTF8.self) + "…")
            } else {
                values[name] = newValue
            }
        }
    }

    public static let maximumTextBytes = 2_048

    var byName: [String: Fact] { values }

    mutating func set(_ name: String, _ text: String?, ifChangedFrom old: String?) {
        if let text, text != old { self[name] = .text(text) }
    }

    /// The facts as one JSON object: names sorted, no white space, and only the escapes that JSON demands. The chain's
    /// hashes are over these bytes, so this form never changes.
    ///
    /// Made as bytes: it is made for each delivery on the one thread that writes, where a string that grows by scalars
    /// took half of the time.
    public var canonicalJSON: String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        bytes.reserveCapacity(1_024)
        for (index, name) in values.keys.sorted().enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendJSONString(name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            switch values[name] {
            case .text(let value): appendJSONString(value, to: &bytes)
            case .integer(let value): bytes.append(contentsOf: String(value).utf8)
            case .flag(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
            case nil: bytes.append(contentsOf: "null".utf8)
            }
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What is to be escaped is ASCII, so the bytes of other characters go in as they are.
private func appendJSONString(_ value: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20, 0x7F:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(contentsOf: hexadecimal([byte]).utf8)
        default: bytes.append(byte)
        }
    }
    bytes.append(UInt8(ascii: "\""))
}
