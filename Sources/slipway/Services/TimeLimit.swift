/// That something took longer than it may.
struct TimeLimitPassed: Error {
    var seconds: Int
}

/// The first of answer and time limit. Not a task group: that would wait for a call which ignores its cancellation, such
/// as a read from a file system that hangs. What comes later is dropped.
///
/// Throws what `body` throws, `TimeLimitPassed`, or `CancellationError`.
func withTimeLimit<Value: Sendable>(
    seconds: Int, sleep: @escaping @Sendable (_ seconds: Int) async throws -> Void,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let (results, continuation) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
    let work = Task {
        do {
            continuation.yield(.success(try await body()))
        } catch {
            continuation.yield(.failure(error))
        }
    }
    let limit = Task {
        try await sleep(seconds)
        continuation.yield(.failure(TimeLimitPassed(seconds: seconds)))
    }
    defer {
        work.cancel()
        limit.cancel()
    }
    for await result in results { return try result.get() }
    throw CancellationError()
}
