/// Values by host name, with wildcards for one label, as certificates have them (RFC 6125, 6.4.3).
struct HostNameTable<Value> {
    private var exact: [String: Value] = [:]
    /// By what follows `*.`.
    private var wildcard: [String: Value] = [:]

    var isEmpty: Bool { exact.isEmpty && wildcard.isEmpty }

    /// Takes `name.example.com` or `*.example.com`. Throws `configurationInvalid` for anything else, and for a name that is there already.
    mutating func insert(_ value: Value, for name: String) throws(OpenSSLError) {
        let normal = Self.normalized(name)
        let isWildcard = normal.hasPrefix("*.")
        let key = isWildcard ? String(normal.dropFirst(2)) : normal
        guard Self.isHostName(key) else {
            throw OpenSSLError(
                .configurationInvalid, "'\(name)' is not a host name. Write name.example.com or *.example.com.")
        }
        let previous = isWildcard ? wildcard.updateValue(value, forKey: key) : exact.updateValue(value, forKey: key)
        guard previous == nil else {
            throw OpenSSLError(.configurationInvalid, "The host name '\(name)' has two identities. Keep one.")
        }
    }

    /// The value of exactly this name, or else of the wildcard that covers its first label.
    subscript(name: String) -> Value? {
        let normal = Self.normalized(name)
        if let value = exact[normal] { return value }
        guard let dot = normal.firstIndex(of: "."), dot != normal.startIndex else { return nil }
        return wildcard[String(normal[normal.index(after: dot)...])]
    }

    private static func normalized(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    private static func isHostName(_ name: String) -> Bool {
        guard name.utf8.count <= 253 else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isLabelByte)
        }
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension HostNameTable: Sendable where Value: Sendable {}
