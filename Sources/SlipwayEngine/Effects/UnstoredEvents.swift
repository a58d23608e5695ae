internal import SlipwayCore
internal import Synchronization

/// Answers to RunTask, and to the registering before it, that the store has not taken yet: at most one for each open launch.
final class UnstoredEvents: Sendable {
    private let events = Mutex<[LaunchID: LaunchEvent]>([:])

    func event(of id: LaunchID) -> LaunchEvent? { events.withLock { $0[id] } }
    func keep(_ event: LaunchEvent, of id: LaunchID) { events.withLock { $0[id] = event } }
    func forget(_ id: LaunchID) { events.withLock { $0[id] = nil } }
}
