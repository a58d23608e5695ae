internal import SlipwayCore
internal import Synchronization

/// The launches whose effect is to be done: each at most once in the queue and at most once under way.
final class EffectQueue: Sendable {
    private enum Place {
        case queued
        case running
        /// Asked for again while it runs: looked at once more afterwards.
        case runningAgain
    }

    private let places = Mutex<[LaunchID: Place]>([:])
    let ids: AsyncStream<LaunchID>
    private let continuation: AsyncStream<LaunchID>.Continuation

    init() {
        // Bounded by the open launches, since each is in it once.
        (ids, continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    func enqueue(_ id: LaunchID) {
        let isNew = places.withLock { places in
            switch places[id] {
            case nil:
                places[id] = .queued
                return true
            case .running:
                places[id] = .runningAgain
                return false
            case .queued, .runningAgain:
                return false
            }
        }
        if isNew { continuation.yield(id) }
    }

    func begin(_ id: LaunchID) { places.withLock { $0[id] = .running } }

    func end(_ id: LaunchID) {
        let again = places.withLock { places in
            let again = places[id] == .runningAgain
            places[id] = again ? .queued : nil
            return again
        }
        if again { continuation.yield(id) }
    }
}
