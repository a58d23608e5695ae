public import Foundation

/// What the client takes from the world besides the network: wall time, pauses and chance. Tests pass their own.
public struct AWSRuntime: Sendable {
    /// The wall clock. Signatures and expiry need it; its error is corrected from AWS's answers where it matters.
    public var now: @Sendable () -> Date
    /// Pauses between attempts. Must throw `CancellationError` when its task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// Uniform in 0..<1, for jitter.
    public var random: @Sendable () -> Double

    public init(
        now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The real ones.
    public static let system = AWSRuntime(
        now: { Date() }, sleep: { try await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) }
    )
}
