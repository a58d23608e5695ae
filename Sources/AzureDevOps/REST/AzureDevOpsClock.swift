public import Foundation

/// The time as the client sees it. Tests pass a clock of their own.
public struct AzureDevOpsClock: Sendable {
    public var now: @Sendable () -> Date
    /// Returns after the duration, or throws `CancellationError`.
    public var sleep: @Sendable (Duration) async throws -> Void

    public init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    public static let system = AzureDevOpsClock(now: { Date() }, sleep: { try await Task.sleep(for: $0) })
}

extension Duration {
    init(seconds: Double) { self = .milliseconds(Int64((seconds * 1000).rounded())) }

    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
