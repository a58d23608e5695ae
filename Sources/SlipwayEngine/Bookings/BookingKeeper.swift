internal import Logging
internal import SlipwayCore

/// Brings each booking to its end: one worker each, from its acceptance, or from a start, until its task has been told.
final class BookingKeeper: Sendable {
    private struct Work: Sendable {
        var id: BookingID
        var token: JobToken?
    }

    private let plans: any PlanPort
    private let parts: EngineParts
    /// Wakes every reconciler: bookings have changed what is wanted.
    private let onChange: @Sendable () -> Void
    private let work: AsyncStream<Work>
    private let works: AsyncStream<Work>.Continuation
    static let minuteMilliseconds: Int64 = 60_000

    init(plans: any PlanPort, parts: EngineParts, onChange: @escaping @Sendable () -> Void) {
        self.plans = plans
        self.parts = parts
        self.onChange = onChange
        (work, works) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// A booking was committed. Returns at once.
    func begin(_ booking: Booking, _ token: JobToken) {
        works.yield(Work(id: booking.id, token: token))
        onChange()
    }

    /// A known call came again, and brings a token. One whose end was told before is told it again.
    func renew(_ id: BookingID, _ token: JobToken) {
        if !parts.bookingSignals.renew(token, of: id) { works.yield(Work(id: id, token: token)) }
    }

    func wake(_ id: BookingID) {
        parts.bookingSignals.wake(id)
        onChange()
    }

    func run() async {
        for booking in await parts.bookings.all() where booking.isOpen { works.yield(Work(id: booking.id)) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.lookAtRuns() }
            for await item in work {
                group.addTask { await self.perform(item) }
            }
        }
    }

    /// A booking has one worker; of two that come at a start, the second only brings its token.
    private func perform(_ work: Work) async {
        guard let wakeup = parts.bookingSignals.begin(work.id, work.token) else { return }
        var worker = BookingWorker(id: work.id, plans: plans, parts: parts, onChange: onChange)
        await worker.run(wakeup)
        if let token = parts.bookingSignals.end(work.id) { await tellAgain(work.id, token) }
    }

    private func tellAgain(_ id: BookingID, _ token: JobToken) async {
        guard !Task.isCancelled, let booking = try? await parts.bookings.booking(id), let outcome = booking.outcome
        else { return }
        let task = PlanTask(booking)
        _ = await plans.tell(.outcome(outcome, log: [outcome.message.text]), to: task, as: .job(token))
        _ = await plans.tell(.completed(outcome.result), to: task, as: .job(token))
    }

    // MARK: Once a minute

    private func lookAtRuns() async {
        while !Task.isCancelled {
            try? await parts.time.sleep(milliseconds: Self.minuteMilliseconds)
            guard !Task.isCancelled else { return }
            let bound = await parts.book.all().filter { $0.binding != nil }
            await parts.bookings.forget(besides: Set(bound.compactMap { $0.binding?.booking }))
            await endWithRun(bound)
            do {
                let old = parts.time.now().adding(seconds: -Booking.keptSeconds)
                _ = try await parts.bookings.drop(closedBefore: old)
            } catch {
                parts.logger.warning("Old bookings could not be dropped", metadata: ["error": "\(error)"])
            }
        }
    }

    /// The end of a run ends what it has not used.
    private func endWithRun(_ bound: [Launch]) async {
        var runs: [Int: (project: String, launches: [LaunchID], bookings: [BookingID])] = [:]
        for booking in await parts.bookings.all() where booking.isOpen {
            runs[booking.run, default: (booking.project, [], [])].bookings.append(booking.id)
        }
        for launch in bound where launch.canTakeJob {
            guard let run = launch.origin.runID, let project = launch.origin.projectID else { continue }
            runs[run, default: (project, [], [])].launches.append(launch.id)
        }
        for (run, left) in runs.sorted(by: { $0.key < $1.key }) where !Task.isCancelled {
            guard await isOver(run, project: left.project) else { continue }
            do {
                for id in left.bookings {
                    _ = try await parts.bookings.close(id, .nobodyWaits)
                    wake(id)
                }
                let surplus = left.launches.map { PoolReading.Event(launch: $0, event: .surplus) }
                for launch in try await parts.book.apply(surplus) { parts.effects.enqueue(launch.id) }
            } catch {
                parts.logger.error("The end of a run was not stored", metadata: ["error": "\(error)"])
            }
        }
    }

    /// One that was deleted is over too.
    private func isOver(_ run: Int, project: String) async -> Bool {
        do throws(PortError) { return try await plans.run(run, project: project)?.isOver ?? true } catch {
            return false
        }
    }
}
