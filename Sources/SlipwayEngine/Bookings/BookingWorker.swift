internal import Logging
internal import SlipwayCore

/// The work on one booking: decides how it ends as soon as that is known, and tells its task.
struct BookingWorker {
    let id: BookingID
    let plans: any PlanPort
    let parts: EngineParts
    let onChange: @Sendable () -> Void
    private var tale = BookingTale()
    private var telling = BookingTelling()

    init(id: BookingID, plans: any PlanPort, parts: EngineParts, onChange: @escaping @Sendable () -> Void) {
        self.id = id
        self.plans = plans
        self.parts = parts
        self.onChange = onChange
    }

    mutating func run() async {
        let wakeup = parts.bookingSignals.begin(id)
        while !Task.isCancelled {
            guard var booking = await parts.bookings.atWork(id), booking.isOpen else { return }
            do {
                booking = try await decided(booking)
                if try await tell(booking) { continue }
            } catch {
                parts.logger.error(
                    "A booking's change was not stored", metadata: ["booking": "\(id)", "error": "\(error)"])
                telling.postpone(1_000, at: parts.time.now())
            }
            await wakeup.wait(milliseconds: pause(booking), time: parts.time)
        }
    }

    /// Commits the outcome if there is one now.
    private func decided(_ booking: Booking) async throws(StoreError) -> Booking {
        let launch = await launch()
        let signals = parts.bookingSignals
        guard
            let outcome = booking.verdict(
                launch: launch, isNameTaken: signals.isNameTaken(of: id), refusal: signals.refusal(of: id),
                problem: signals.problem(of: id), at: parts.time.now())
        else { return booking }
        guard let changed = try await parts.bookings.decide(id, outcome) else {
            return await parts.bookings.atWork(id) ?? booking
        }
        if !changed.isWanted { onChange() }
        return changed
    }

    private func launch() async -> Launch? { await parts.book.launch(boundTo: id) }

    /// Does the next thing there is to tell. Answers whether it did, so that there may be another at once.
    private mutating func tell(_ booking: Booking) async throws(StoreError) -> Bool {
        telling.add(tale.news(of: booking, await launch()))
        let now = parts.time.now()
        guard let word = telling.next(booking, progress: tale.progress, at: now) else {
            return try await endIfOld(booking, now)
        }
        let token = parts.bookingSignals.token(of: id)
        let reception = await plans.tell(
            word, to: PlanTask(booking), as: token.map(PlanCredential.job) ?? .server)
        switch telling.heard(reception, of: word, hasToken: token != nil, at: parts.time.now()) {
        case .goOn: return true
        case .wait:
            log(reception)
            return try await endIfOld(booking, parts.time.now())
        case .close(let closing):
            _ = try await parts.bookings.close(id, closing)
            onChange()
            return true
        }
    }

    /// An outcome is told for an hour.
    private func endIfOld(_ booking: Booking, _ now: Timestamp) async throws(StoreError) -> Bool {
        guard let decidedAt = booking.decidedAt, now >= decidedAt.adding(seconds: BookingTelling.seconds) else {
            return false
        }
        parts.logger.warning(
            "A pipeline's task could not be told how it ended; its job's timeout ends it",
            metadata: ["booking": "\(id)", "run": "\(booking.run)"])
        return try await parts.bookings.close(id, .gaveUp) != nil
    }

    private func pause(_ booking: Booking) -> Int64 {
        let now = parts.time.now()
        var pause: Int64 = 60_000
        if booking.isUndecided { pause = min(pause, booking.deadline.millisecondsSince(now)) }
        if let notBefore = telling.notBefore { pause = min(pause, notBefore.millisecondsSince(now)) }
        return max(1, pause)
    }

    private func log(_ reception: PlanReception) {
        switch reception {
        case .taken: return
        case .refused(let why), .unheard(let why, _):
            parts.logger.info(
                "A pipeline's task could not be told, and is told again",
                metadata: ["booking": "\(id)", "error": "\(why)"])
        }
    }
}
