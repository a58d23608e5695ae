public import Logging

/// Remembers what a provider gave, and renews it ahead of its end.
///
/// Any number of callers start one refresh between them. From a quarter of an hour before the end a refresh runs in the
/// background while callers go on with what there is, and may fail; from ten minutes before the end callers wait for it
/// and get its error. A caller that is cancelled stops waiting at once; the refresh goes on for the others.
public actor CredentialCache: CredentialProvider {
    public nonisolated let source: String
    private let provider: any CredentialProvider
    private let runtime: AWSRuntime
    private let logger: Logger
    private var machine = CredentialCacheMachine()
    private var waiters: [UInt64: CheckedContinuation<AWSCredentials, any Error>] = [:]
    private var lastWaiterID: UInt64 = 0

    public init(_ provider: any CredentialProvider, runtime: AWSRuntime = .system, logger: Logger) {
        self.source = provider.source
        self.provider = provider
        self.runtime = runtime
        self.logger = logger
    }

    public func credentials() async throws -> AWSCredentials {
        switch self.machine.ask(at: self.runtime.now()) {
        case .use(let credentials):
            return credentials
        case .useAndRefresh(let credentials):
            startRefresh()
            return credentials
        case .refreshAndWait:
            startRefresh()
            return try await waitForRefresh()
        case .wait:
            return try await waitForRefresh()
        }
    }

    /// Forgets `rejected` if that is what is remembered, so that the next caller waits for a refresh.
    public func invalidate(_ rejected: AWSCredentials) async {
        self.machine.invalidate(rejected)
    }

    /// Not a child of the caller's task: the others wait for it too.
    private func startRefresh() {
        Task {
            let result: Result<AWSCredentials, any Error>
            do {
                result = .success(try await self.provider.credentials())
            } catch {
                result = .failure(error)
            }
            self.finishRefresh(result)
        }
    }

    private func finishRefresh(_ result: Result<AWSCredentials, any Error>) {
        let outcome = self.machine.refreshed(result, source: self.source, at: self.runtime.now())
        switch outcome {
        case .success(let credentials):
            self.logger.debug("aws credentials obtained", metadata: ["aws.credentials.source": "\(credentials.source)"])
        case .failure(let error):
            self.logger.info("aws credentials could not be obtained", metadata: ["error": "\(error)"])
        }
        let waiting = self.waiters
        self.waiters = [:]
        for continuation in waiting.values { continuation.resume(with: outcome) }
    }

    private func waitForRefresh() async throws -> AWSCredentials {
        self.lastWaiterID += 1
        let id = self.lastWaiterID
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    self.waiters[id] = continuation
                }
            }
        } onCancel: {
            Task { await self.cancelWaiter(id) }
        }
    }

    /// Finds nothing when the refresh was faster, or when the waiter saw the cancellation before it registered.
    private func cancelWaiter(_ id: UInt64) {
        self.waiters.removeValue(forKey: id)?.resume(throwing: CancellationError())
    }
}
