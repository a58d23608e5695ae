public import SlipwayCore

extension StoreLock {
    /// Takes the lock; if another process holds it, waits until that one lets go, so long as `patience` lasts. A command
    /// may hold it for a moment just when a server is started again.
    ///
    /// Throws `locked` when the time is up, `unavailable` at once if the lock file can't be used, and `CancellationError`.
    /// - Parameter onWait: Called once, with who holds it, before the first pause.
    public static func take<C: Clock>(
        path: String, patience: Duration, clock: C = ContinuousClock(), onWait: (StoreError) -> Void = { _ in }
    ) async throws -> StoreLock where C.Duration == Duration {
        let end = clock.now.advanced(by: patience)
        var hasTold = false
        while true {
            let held: StoreError
            do throws(StoreError) { return try StoreLock(path: path) } catch { held = error }
            guard held.code == .locked, clock.now < end else { throw held }
            if !hasTold { onWait(held) }
            hasTold = true
            try await clock.sleep(for: pause)
        }
    }

    private static var pause: Duration { .milliseconds(100) }
}
