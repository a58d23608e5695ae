/// Where the engine's time comes from: the machine's clock, or a test's.
public protocol TimeSource: Sendable {
    func now() -> Timestamp
    /// Returns after that many milliseconds, or throws `CancellationError`.
    func sleep(milliseconds: Int64) async throws
}
