import Crypto
import Foundation

/// The one text that both sides of a signature derive from a request.
struct CanonicalRequest: Sendable {
    let text: String

    init(_ request: ReceivedRequest, signedHeaders: [String], normalizesPath: Bool) {
        let (path, query) = Self.split(request.target)
        let headers = signedHeaders.map { name in
            name + ":" + request.values(of: name).map(Self.trimmed).joined(separator: ",") + "\n"
        }
        text = [
            request.method,
            Self.canonical(path: path, normalizes: normalizesPath),
            Self.canonical(query: query),
            headers.joined(),
            signedHeaders.joined(separator: ";"),
            Hex.encode(SHA256.hash(data: request.body)),
        ].joined(separator: "\n")
    }

    private static func split(_ target: String) -> (path: String, query: String) {
        guard let mark = target.firstIndex(of: "?") else { return (target, "") }
        return (String(target[..<mark]), String(target[target.index(after: mark)...]))
    }

    private static func canonical(path: String, normalizes: Bool) -> String {
        guard normalizes else { return encode(Array(path.utf8), keepsSlash: true) }
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        let isFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
        let joined = "/" + segments.joined(separator: "/") + (isFolder && !segments.isEmpty ? "/" : "")
        return encode(Array(joined.utf8), keepsSlash: true)
    }

    private static func canonical(query: String) -> String {
        guard !query.isEmpty else { return "" }
        let pairs = query.split(separator: "&").map { pair -> (name: String, value: String) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = encode(decode(String(parts[0])), keepsSlash: false)
            let value = parts.count > 1 ? encode(decode(String(parts[1])), keepsSlash: false) : ""
            return (name, value)
        }
        // As pairs: sorted as joined text, `Param-3` would come before `Param`.
        return pairs.sorted { $0.name == $1.name ? $0.value.isBefore($1.value) : $0.name.isBefore($1.name) }
            .map { $0.name + "=" + $0.value }
            .joined(separator: "&")
    }

    private static func trimmed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
    }

    private static func encode(_ bytes: [UInt8], keepsSlash: Bool) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where keepsSlash:
                text += "/"
            default:
                text += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return text
    }

    private static func decode(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}

extension String {
    /// By bytes. Comparing as text would follow Unicode's order.
    fileprivate func isBefore(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
