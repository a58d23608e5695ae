/// What Azure DevOps proves itself with: Basic credentials, a secret header, or both. When both are configured, both are
/// asked for.
///
/// Each secret may have two values, the present one and the next, so that subscriptions can be changed over one by one.
/// No description shows a secret.
public struct HookCredentials: Sendable {
    let userName: String?
    let passwords: [String]
    let headerName: String?
    let headerValues: [String]

    /// A secret must be this long. Nothing else stands between a patient stranger and a match: sources can't be locked
    /// out, since all customers of Azure DevOps share them.
    public static let minimumSecretBytes = 16
    /// What the Web Hooks consumer takes for a user name or password (its published catalogue).
    public static let maximumSecretBytes = 256
    /// The present secret and the next one.
    public static let maximumSecrets = 2

    private init(userName: String?, passwords: [String], headerName: String?, headerValues: [String]) {
        self.userName = userName
        self.passwords = passwords
        self.headerName = headerName
        self.headerValues = headerValues
    }

    /// Basic credentials: a user name and one or two passwords.
    /// - Throws: `invalidCredentials`, naming what is wrong and not the value.
    public static func basic(userName: String, passwords: [String]) throws(ReceiverError) -> HookCredentials {
        try check(userName, "the user name", minimumBytes: 1)
        // RFC 7617: the first colon ends the user name.
        if userName.utf8.contains(UInt8(ascii: ":")) { throw invalid("the user name must not hold a colon") }
        try check(passwords, "password")
        return HookCredentials(userName: userName, passwords: passwords, headerName: nil, headerValues: [])
    }

    /// A header field with one or two secret values. `name` is compared without regard to case.
    /// - Throws: `invalidCredentials`, naming what is wrong and not the value.
    public static func header(name: String, values: [String]) throws(ReceiverError) -> HookCredentials {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isTokenByte) else {
            throw invalid("the secret header's name must be 1 to 64 letters, digits or hyphens")
        }
        let name = name.lowercased()
        if reservedHeaderNames.contains(name) {
            throw invalid("the secret header can't be \(name), which HTTP uses itself")
        }
        try check(values, "secret header value")
        return HookCredentials(userName: nil, passwords: [], headerName: name, headerValues: values)
    }

    /// Asks for both proofs. Of two of one kind, `other` counts.
    public func and(_ other: HookCredentials) -> HookCredentials {
        HookCredentials(
            userName: other.userName ?? userName, passwords: other.userName == nil ? passwords : other.passwords,
            headerName: other.headerName ?? headerName,
            headerValues: other.headerName == nil ? headerValues : other.headerValues)
    }
}

extension HookCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        var proofs: [String] = []
        if userName != nil { proofs.append("Basic credentials with \(passwords.count) password(s)") }
        if let headerName { proofs.append("the header \(headerName) with \(headerValues.count) value(s)") }
        return proofs.joined(separator: " and ")
    }

    public var debugDescription: String { description }

    // `dump` reflects; a password must not come out that way.
    public var customMirror: Mirror { Mirror(self, children: ["proofs": description]) }
}

extension HookCredentials {
    private static func check(_ secrets: [String], _ what: String) throws(ReceiverError) {
        guard (1...maximumSecrets).contains(secrets.count) else {
            throw invalid("give one \(what), or two while it is being changed; not \(secrets.count)")
        }
        for secret in secrets { try check(secret, "a \(what)", minimumBytes: minimumSecretBytes) }
    }

    private static func check(_ text: String, _ what: String, minimumBytes: Int) throws(ReceiverError) {
        let count = text.utf8.count
        guard (minimumBytes...maximumSecretBytes).contains(count) else {
            throw invalid(
                "\(what) must have \(minimumBytes) to \(maximumSecretBytes) characters; this one has \(count)")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw invalid(
                "\(what) must be printable ASCII without white space, as Azure DevOps demands; a file's last line break "
                    + "is not part of a secret")
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func invalid(_ message: String) -> ReceiverError {
        ReceiverError(.invalidCredentials, "hook credentials: \(message)")
    }

    private static let reservedHeaderNames: Set<String> = [
        "authorization", "connection", "content-length", "content-type", "expect", "host", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
}
