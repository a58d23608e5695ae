import NIOConcurrencyHelpers
import SlipwayCore
import Testing

/// Waits for something that another thread brings about. Fails after ten seconds.
func eventually(_ isSo: @Sendable () -> Bool) async throws {
    for _ in 0..<2_000 {
        if isSo() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come about in ten seconds")
}

/// A clock by which sleepers sleep until they are woken.
final class HeldTime: TimeSource {
    private let box = NIOLockedValueBox<[CheckedContinuation<Void, Never>]>([])
    var sleepers: Int { box.withLockedValue { $0.count } }
    func now() -> Timestamp { Timestamp(milliseconds: 1_764_000_000_000) }

    func sleep(milliseconds: Int64) async throws {
        await withCheckedContinuation { continuation in box.withLockedValue { $0.append(continuation) } }
    }

    func wake() {
        let sleepers = box.withLockedValue { sleepers in
            defer { sleepers = [] }
            return sleepers
        }
        for sleeper in sleepers { sleeper.resume() }
    }
}
