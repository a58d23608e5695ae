import NIOCore

/// Reloads a store when one of its files changes, and rotates its session ticket keys.
///
/// Polls: that works on every file system and through symbolic links, where notifications don't. Its `run()` is that of a `Service`; the
/// composition root declares the conformance.
public struct TLSCertificateWatcher<C: Clock>: Sendable where C.Duration == Duration {
    /// What the watcher did.
    public enum Event: Sendable {
        /// A file changed and the new context is current.
        case reloaded(TLSServerContext)
        /// A file changed, but the new files are not usable. The old context stays current; the next poll is another try.
        case reloadFailed(OpenSSLError)
        /// The session ticket keys could not be rotated; the old ones stay. The next poll is another try.
        case rotationFailed(OpenSSLError)
    }

    private let store: TLSServerContextStore
    private let pollPeriod: Duration
    private let rotationPeriod: Duration
    private let clock: C
    private let observe: @Sendable (Event) -> Void

    /// - Parameters:
    ///   - pollPeriod: Between two looks at the files.
    ///   - observe: Called with every event on the task that runs ``run()``; for logs and metrics. Must not block.
    public init(
        store: TLSServerContextStore,
        pollPeriod: Duration = .seconds(30),
        clock: C,
        observe: @escaping @Sendable (Event) -> Void
    ) {
        self.store = store
        self.pollPeriod = pollPeriod
        self.rotationPeriod = .nanoseconds(store.configuration.sessionTicketLifetime.nanoseconds)
        self.clock = clock
        self.observe = observe
    }

    /// Polls until the task is cancelled, then returns. Blocks its thread for the moment that small files take to read.
    public func run() async {
        var rotated = clock.now
        while (try? await clock.sleep(for: pollPeriod)) != nil {
            reloadIfChanged()
            rotated = rotateIfDue(since: rotated)
        }
    }

    private func reloadIfChanged() {
        guard FileIdentity.snapshot(of: store.configuration.paths) != store.files else { return }
        do {
            observe(.reloaded(try store.reload()))
        } catch {
            // Tried again at the next poll: a file may become readable without a change that shows here.
            observe(.reloadFailed(error))
        }
    }

    private func rotateIfDue(since rotated: C.Instant) -> C.Instant {
        let now = clock.now
        guard rotated.duration(to: now) >= rotationPeriod else { return rotated }
        do {
            try store.rotateTicketKeys()
            return now
        } catch {
            observe(.rotationFailed(error))
            return rotated
        }
    }
}

extension TLSCertificateWatcher where C == ContinuousClock {
    /// On the clock that goes on while the machine sleeps. Otherwise as ``init(store:pollPeriod:clock:observe:)``.
    public init(
        store: TLSServerContextStore,
        pollPeriod: Duration = .seconds(30),
        observe: @escaping @Sendable (Event) -> Void
    ) {
        self.init(store: store, pollPeriod: pollPeriod, clock: ContinuousClock(), observe: observe)
    }
}
