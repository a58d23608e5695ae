internal import Crypto

/// Makes and checks claim codes. A code is an HMAC over launch and attempt, so a repeated RunTask is the same call and
/// nothing has to be stored; it opens one claim of one launch, and nothing once that is over.
///
/// Prints nothing of itself.
public struct ClaimSecrets: Sendable, CustomStringConvertible, CustomReflectable {
    private let keys: [SymmetricKey]

    /// Shorter ones are refused: a code is readable in DescribeTasks, and its secret must not be found by trying.
    public static let minimumSecretBytes = 32

    /// - Parameter secrets: the first makes codes, every one is accepted: so one can be replaced while containers start.
    ///   Nil if there is none, or one is too short.
    public init?(_ secrets: [String]) {
        guard !secrets.isEmpty, secrets.allSatisfy({ $0.utf8.count >= Self.minimumSecretBytes }) else { return nil }
        keys = secrets.map { SymmetricKey(data: Array($0.utf8)) }
    }

    /// The code for one call of RunTask: letters, digits and dots, at most 80.
    public func code(launch: LaunchID, attempt: Int) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Self.message(launch, attempt), using: keys[0])
        return "\(attempt).\(hexadecimal(code))"
    }

    /// The attempt that a code was made for; nil if it isn't one of this launch. In constant time for what is well-formed.
    public func attempt(of code: String, launch: LaunchID) -> Int? {
        let parts = code.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let attempt = Self.attempt(parts[0]), let presented = bytes(hexadecimal: parts[1])
        else { return nil }
        let message = Self.message(launch, attempt)
        var matches = 0
        for key in keys {
            matches |= HMAC<SHA256>.isValidAuthenticationCode(presented, authenticating: message, using: key) ? 1 : 0
        }
        return matches != 0 ? attempt : nil
    }

    public var description: String { "claim secrets" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func attempt(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }), text.first != "0"
        else { return nil }
        return Int(text)
    }

    private static func message(_ launch: LaunchID, _ attempt: Int) -> [UInt8] {
        Array("slipway claim 1\n\(launch.rawValue)\n\(attempt)".utf8)
    }
}

/// Of lower-case digits alone; nil for anything but 32 bytes.
private func bytes(hexadecimal text: Substring) -> [UInt8]? {
    guard text.utf8.count == 64 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
        let digit: UInt8
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
        default: return nil
        }
        if let known = high {
            bytes.append(known << 4 | digit)
            high = nil
        } else {
            high = digit
        }
    }
    return bytes
}
