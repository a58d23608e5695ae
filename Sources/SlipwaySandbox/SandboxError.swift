/// What can go wrong with the sandbox itself, as opposed to what it simulates.
public struct SandboxError: Error, Equatable, CustomStringConvertible {
    /// Two errors with one code are the same kind of trouble. New codes may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        /// Activities did not come to rest in time.
        public static let didNotSettle = Code(description: "didNotSettle")
        /// A condition did not come true in time.
        public static let timedOut = Code(description: "timedOut")
        /// `start()` was called twice, or something was asked of a sandbox that is not running.
        public static let notRunning = Code(description: "notRunning")
        /// The servers could not be started.
        public static let startFailed = Code(description: "startFailed")
        /// A name, id or range that makes no sense to the world.
        public static let unknownThing = Code(description: "unknownThing")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.code == right.code
    }

    public var description: String { "\(code): \(message)" }
}
