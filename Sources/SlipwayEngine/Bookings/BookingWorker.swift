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
    private var closing: BookingClosing?

    init(id: BookingID, plans: any PlanPort, parts: EngineParts, onChange: @escaping @Sendable () -> Void) {
        self.id = id
        self.plans = plans
        self.parts = parts
        self.onChange = onChange
    }

    mutating func run(_ wakeup: Wakeup) async {
        while !Task.isCancelled {
            guard let booking = await parts.bookings.atWork(id), booking.isOpen else { return }
            var pause = Self.storePause
            do {
                if try await work(on: booking) { continue }
                pause = telling.pause(await parts.bookings.atWork(id) ?? booking, at: parts.time.now())
            } catch {
                parts.logger.error(
                    "A booking's change was not stored", metadata: ["booking": "\(id)", "error": "\(error)"])
            }
            await wakeup.wait(milliseconds: pause, time: parts.time)
        }
    }

    /// Until the store is asked again.
    private static let storePause: Int64 = 1_000

    /// Does the next thing. Answers whether there may be another at once.
    private mutating func work(on booking: Booking) async throws(StoreError) -> Bool {
        // It has been told, or nobody waits: that is left to be stored.
        if let closing { return try await close(closing) }
        return try await tell(try await decided(booking))
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
        if parts.bookingSignals.hasNewToken(id) { telling.renew() }
        guard let word = telling.next(booking, progress: tale.progress, at: now) else {
            return try await endIfOld(booking, now)
        }
        let token = parts.bookingSignals.takeToken(of: id)
        let reception = await plans.tell(
            word, to: PlanTask(booking), as: token.map(PlanCredential.job) ?? .server)
        log(reception)
        if case .refused = reception, parts.bookingSignals.hasNewToken(id) { return true }
        switch telling.heard(reception, of: word, hasToken: token != nil, at: parts.time.now()) {
        case .goOn: return true
        case .wait: return try await endIfOld(booking, parts.time.now())
        case .close(let closing): return try await close(closing)
        }
    }

    private mutating func close(_ closing: BookingClosing) async throws(StoreError) -> Bool {
        self.closing = closing
        parts.bookingSignals.dropToken(of: id)
        _ = try await parts.bookings.close(id, closing)
        onChange()
        return true
    }

    /// An outcome is told for an hour.
    private mutating func endIfOld(_ booking: Booking, _ now: Timestamp) async throws(StoreError) -> Bool {
        guard let decidedAt = booking.decidedAt, now >= decidedAt.adding(seconds: BookingTelling.seconds) else {
            return false
        }
        parts.logger.warning(
            "A pipeline's task could not be told how it ended; its job's timeout ends it",
            metadata: ["booking": "\(id)", "run": "\(booking.run)"])
        return try await close(.gaveUp)
    }

    private func log(_ reception: PlanReception) {
        switch reception {
        case .taken: return
        case .refused(let why), .unheard(let why, _):
            parts.logger.info(
                "A pipeline's task could not be told",
                metadata: ["booking": "\(id)", "error": "\(why)"])
        }
    }
}
