internal import Logging
internal import SlipwayCore

/// Gives the planned launches their turns to start, the oldest first, as fast as the quota of RunTask allows.
///
/// By a timer of its own: at twenty turns a second, nothing else that time brings has to be looked at as often.
struct StartTurns: Sendable {
    let parts: EngineParts
    /// Turns that are committed together.
    private static let maximumTurns = 100

    func run() async {
        while !Task.isCancelled {
            var pause = Timekeeper.tickMilliseconds
            do {
                pause = try await give()
            } catch {
                parts.logger.error("Turns to start could not be stored", metadata: ["error": "\(error)"])
            }
            try? await parts.time.sleep(milliseconds: pause)
        }
    }

    /// Answers the milliseconds until the next turn may be given.
    private func give() async throws(StoreError) -> Int64 {
        let now = parts.time.now()
        let planned = await parts.book.planned(maximum: Self.maximumTurns) { parts.directory.isSettled($0.pool) }
        var events: [PoolReading.Event] = []
        var pause = planned.count == Self.maximumTurns ? 1 : Timekeeper.tickMilliseconds
        for launch in planned {
            if let next = parts.gate.permit(launch.id, at: now) {
                pause = min(Timekeeper.tickMilliseconds, max(1, next.millisecondsSince(now)))
                break
            }
            events.append(.init(launch: launch.id, event: .startPermitted))
        }
        guard !events.isEmpty else { return pause }
        let started = try await parts.book.apply(events)
        for launch in started { parts.effects.enqueue(launch.id) }
        // One that has ended meanwhile has no use for its turn.
        for id in Set(events.map(\.launch)).subtracting(started.map(\.id)) { parts.gate.forget(id) }
        return pause
    }
}
