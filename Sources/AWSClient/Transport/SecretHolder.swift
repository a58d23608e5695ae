/// A type that holds secrets somewhere inside. However it is printed, interpolated, dumped or captured by a failed
/// expectation, only its name shows.
protocol SecretHolder: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension SecretHolder {
    public var description: String { "\(Self.self)(redacted)" }

    public var debugDescription: String { self.description }

    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
