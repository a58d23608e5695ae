/// What the calls of pipelines' server tasks prove themselves with: one token, or two while they are being changed. No
/// description shows one.
public struct ServerTaskTokens: Sendable {
    private let accepted: SecretSet

    public static let maximumTokens = 2

    /// - Throws: `invalidCredentials`, naming what is wrong and not the value.
    public init(_ tokens: [String]) throws(ReceiverError) {
        guard (1...Self.maximumTokens).contains(tokens.count) else {
            throw Self.invalid("give one token, or two while it is being changed; not \(tokens.count)")
        }
        for token in tokens {
            let count = token.utf8.count
            guard (HookCredentials.minimumSecretBytes...HookCredentials.maximumSecretBytes).contains(count) else {
                throw Self.invalid(
                    "a token must have \(HookCredentials.minimumSecretBytes) to \(HookCredentials.maximumSecretBytes) "
                        + "characters; this one has \(count)")
            }
            guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Self.invalid(
                    "a token must be printable ASCII without white space; a file's last line break is not part of it")
            }
        }
        accepted = SecretSet(tokens)
    }

    /// Compares in constant time.
    func contains(_ presented: String) -> Bool { accepted.contains(presented) }

    private static func invalid(_ message: String) -> ReceiverError {
        ReceiverError(.invalidCredentials, "serverTasks.tokens: \(message)")
    }
}

extension ServerTaskTokens: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
