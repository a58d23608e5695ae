/// The access token of a pipeline's job: good for callbacks of its plan. In memory only; it prints as `(redacted)` and can't
/// be stored.
public struct JobToken: Sendable {
    /// The one way to the secret, for the call that carries it.
    public let revealed: String

    /// 1 to 16,384 visible ASCII characters.
    public init?(_ text: String) {
        guard (1...16_384).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        revealed = text
    }
}

extension JobToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
