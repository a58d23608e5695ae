/// A secret's value. Every description of it, and of what contains it, says only that it is one.
struct SecretText: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself, for the one call that needs it.
    let revealed: String

    init(_ text: String) { revealed = text }

    var description: String { "(secret)" }
    var debugDescription: String { description }
    // `dump` and the interpolation of a containing value reflect.
    var customMirror: Mirror { Mirror(self, children: []) }
}
