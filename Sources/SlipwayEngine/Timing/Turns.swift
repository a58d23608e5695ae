internal import Synchronization

/// One after the other for each key, in the order in which they came. Who waits is not cut short by a cancellation.
final class Turns<Key: Hashable & Sendable>: Sendable {
    /// Who waits for the turn that is taken.
    private let waiting = Mutex<[Key: [CheckedContinuation<Void, Never>]]>([:])

    /// Returns when it is the caller's turn, which lasts until `end`.
    func begin(_ key: Key, isolation: isolated (any Actor)? = #isolation) async {
        guard !beginIfFree(key) else { return }
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[key] != nil else {
                    waiting[key] = []
                    return true
                }
                waiting[key]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func end(_ key: Key) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard let queue = waiting[key], !queue.isEmpty else {
                waiting[key] = nil
                return nil
            }
            return waiting[key]?.removeFirst()
        }
        next?.resume()
    }

    /// How many wait.
    func count(_ key: Key) -> Int { waiting.withLock { $0[key]?.count ?? 0 } }

    /// Answers whether it is the caller's turn now; if not, the caller is none of those who wait.
    func beginIfFree(_ key: Key) -> Bool {
        waiting.withLock { waiting in
            guard waiting[key] == nil else { return false }
            waiting[key] = []
            return true
        }
    }
}
