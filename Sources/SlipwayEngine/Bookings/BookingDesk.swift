internal import Logging
internal import SlipwayCore

/// Answers the calls of pipelines' server tasks: checks who calls and for what, commits the booking, and leaves the rest to
/// `BookingKeeper`.
actor BookingDesk: BookingPort {
    nonisolated let offer: BookingOffer
    private let organization: OrganizationAddress
    private let review: BookingReview
    private let sweepSeconds: [String: Int]
    private let plans: any PlanPort
    private let book: BookingBook
    private let keeper: BookingKeeper
    private let parts: EngineParts
    private var isOpen = false
    private var underWay: [BookingID: Task<BookingRefusal?, Never>] = [:]
    /// Cancelled before they came.
    private var cancelled: [BookingID: Timestamp] = [:]
    /// Agents that are being given to a call.
    private let naming = Turns<AgentKey>()

    /// A name is one agent's in its pool alone.
    private struct AgentKey: Hashable {
        var pool: String
        var name: BoundAgentName
    }

    /// Calls that are checked at one time; more are asked to come again.
    static let maximumUnderWay = 64
    static let maximumCancelled = 10_000
    static let cancelledSeconds = 3_600

    init(
        configuration: EngineConfiguration, sizes: SizeOffers, plans: any PlanPort, keeper: BookingKeeper,
        parts: EngineParts
    ) {
        let pools = configuration.pools.map { BookingReview.Pool(name: $0.name, profiles: $0.profiles) }
        offer = BookingOffer(
            organization: configuration.organizationURL, pools: pools.map(\.name).sorted(),
            profiles: Set(pools.flatMap(\.profiles).map(\.name)).sorted())
        organization = OrganizationAddress(configuration.organizationURL)
        review = BookingReview(pools: pools, sizes: sizes)
        sweepSeconds = Dictionary(
            configuration.pools.map { ($0.name, $0.sweepSeconds) }, uniquingKeysWith: { first, _ in first })
        self.plans = plans
        book = parts.bookings
        self.keeper = keeper
        self.parts = parts
    }

    /// The bookings at work are known from now on.
    func open() { isOpen = true }

    // MARK: Booking

    func book(_ call: BookingCall) async throws(BookingRefusal) {
        let id = call.identity.id
        // The same call twice at once: the first decides, and the second is then a known one.
        while let work = underWay[id] { _ = await work.value }
        let refusal: BookingRefusal?
        if underWay.count >= Self.maximumUnderWay {
            refusal = .planUnreachable
        } else {
            // Not a child: a caller who hangs up must not cut what is being committed.
            let task = Task {
                defer { underWay[id] = nil }
                return await settle(call)
            }
            underWay[id] = task
            refusal = await task.value
        }
        guard let refusal else { return }
        await refused(code: refusal.rawValue, identity: call.identity, run: call.run, source: call.source)
        throw refusal
    }

    private func settle(_ call: BookingCall) async -> BookingRefusal? {
        guard isOpen else { return .stopping }
        guard organization.isSame(as: call.planURL) else { return .organizationForeign }
        do {
            if let known = try await book.booking(call.identity.id) { return await again(call, known) }
            guard !isCancelled(call.identity.id) else { return .callCancelled }
            switch await check(call) {
            case .failure(let refusal): return refusal
            case .success(let run):
                try await accept(call, run)
                return nil
            }
        } catch {
            parts.logger.error("A booking was not stored", metadata: ["error": "\(error)"])
            return .storeUnavailable
        }
    }

    /// Nothing is launched for it; but it may bring a token, which a start has lost.
    private func again(_ call: BookingCall, _ known: Booking) async -> BookingRefusal? {
        guard known.inputs == call.inputs, known.run == call.run else { return .callChanged }
        var facts = LedgerFacts()
        facts["run"] = .integer(Int64(known.run))
        facts["source"] = .text(call.source)
        let entry = LedgerEntry(
            at: parts.time.now(), kind: "booking.repeated", subject: known.id.ledgerSubject, facts: facts)
        do { try await book.record(entry) } catch { return .storeUnavailable }
        keeper.renew(known.id, call.token)
        return nil
    }

    /// Both at once; each call has ten seconds.
    private func check(_ call: BookingCall) async -> Result<PlanRun, BookingRefusal> {
        let task = PlanTask(
            project: call.project, plan: call.identity.plan, timeline: call.timeline, job: call.identity.job,
            instance: call.identity.instance)
        async let opening = opens(task, call.token)
        let run: PlanRun?
        do {
            run = try await plans.run(call.run, project: call.project)
        } catch {
            _ = await opening
            return .failure(error.code == .forbidden ? .planRefused : .planUnreachable)
        }
        let opens = await opening
        guard let run, run.project == call.project, run.plans.contains(call.identity.plan) else {
            return .failure(.planRefused)
        }
        guard !run.isOver else { return .failure(.planOver) }
        if let refusal = opens { return .failure(refusal) }
        return .success(run)
    }

    private func opens(_ task: PlanTask, _ token: JobToken) async -> BookingRefusal? {
        do {
            return try await plans.opens(task, token) ? nil : .tokenRefused
        } catch {
            return .planUnreachable
        }
    }

    private func accept(_ call: BookingCall, _ run: PlanRun) async throws(StoreError) {
        let agent: BookedAgent
        do throws(BookingReview.Objection) {
            agent = try review.agent(call.inputs, run: call.run)
        } catch {
            return try await commit(call, run, nil, BookingOutcome(.failed, error.message), insteadOf: [])
        }
        // One call for an agent after the other: so each sees the one before.
        let key = AgentKey(pool: agent.pool, name: agent.name)
        await naming.begin(key)
        defer { naming.end(key) }
        let rivals = await rivals(of: agent)
        if let rival = rivals.first(where: { !$0.identity.isEarlier(than: call.identity) }) {
            let message = BookingMessage(.keyTaken, agent.name.rawValue, rival.identity.job)
            return try await commit(call, run, nil, BookingOutcome(.failed, message), insteadOf: [])
        }
        // The earlier attempts are over; their launches follow by the plan.
        try await commit(call, run, agent, nil, insteadOf: rivals.filter(\.isUndecided).map(\.id))
    }

    private func commit(
        _ call: BookingCall, _ run: PlanRun, _ agent: BookedAgent?, _ outcome: BookingOutcome?,
        insteadOf rivals: [BookingID]
    ) async throws(StoreError) {
        let booking = Booking(
            identity: call.identity, project: call.project, timeline: call.timeline,
            origin: JobOrigin(
                projectID: call.project, pipelineID: run.pipelineID, pipelineName: run.pipelineName, runID: call.run,
                runName: run.runName, jobID: call.identity.job),
            run: call.run, inputs: call.inputs, agent: agent, outcome: outcome, acceptedAt: parts.time.now())
        let ended = try await book.insert(booking, booking.openingEntry(from: call.source), insteadOf: rivals)
        for id in ended { keeper.wake(id) }
        keeper.begin(booking, call.token)
    }

    /// Others that have that agent: their task waits, or their launch is open.
    private func rivals(of agent: BookedAgent) async -> [Booking] {
        let bound = Set(await parts.book.all().compactMap { $0.binding?.booking })
        return await book.all().filter {
            $0.agent?.name == agent.name && $0.agent?.pool == agent.pool && ($0.isUndecided || bound.contains($0.id))
        }
    }

    // MARK: Cancelling

    func cancel(_ call: BookingCall) async throws(BookingRefusal) -> BookingCancellation {
        let id = call.identity.id
        guard isOpen else { throw .stopping }
        guard organization.isSame(as: call.planURL) else {
            await refused(
                code: BookingRefusal.organizationForeign.rawValue, identity: call.identity, run: call.run,
                source: call.source)
            throw .organizationForeign
        }
        // What is being accepted right now is cancelled after it.
        while let work = underWay[id] { _ = await work.value }
        do {
            guard let known = try await book.booking(id) else {
                remember(id)
                await refused(code: "cancelled_unknown", identity: call.identity, run: call.run, source: call.source)
                return .unknown
            }
            if known.isUndecided, try await book.decide(id, .cancelled(known)) != nil {
                keeper.renew(id, call.token)
                keeper.wake(id)
                return .cancelled
            }
            await refused(code: "cancelled_over", identity: call.identity, run: call.run, source: call.source)
            return .over
        } catch {
            parts.logger.error("A cancellation was not stored", metadata: ["error": "\(error)"])
            throw .storeUnavailable
        }
    }

    private func remember(_ id: BookingID) {
        let now = parts.time.now()
        cancelled = cancelled.filter { now < $0.value.adding(seconds: Self.cancelledSeconds) }
        if cancelled.count >= Self.maximumCancelled, let oldest = cancelled.min(by: { $0.value < $1.value })?.key {
            cancelled[oldest] = nil
        }
        cancelled[id] = now
    }

    private func isCancelled(_ id: BookingID) -> Bool {
        cancelled[id].map { parts.time.now() < $0.adding(seconds: Self.cancelledSeconds) } ?? false
    }

    // MARK: Refusals and gates

    func refused(code: String, identity: BookingIdentity?, run: Int?, source: String) async {
        var facts = LedgerFacts()
        facts["code"] = .text(code)
        facts["source"] = .text(source)
        if let run { facts["run"] = .integer(Int64(run)) }
        if let identity {
            facts["plan"] = .text(identity.plan)
            facts["job"] = .text(identity.job)
            facts["instance"] = .text(identity.instance)
        }
        let entry = LedgerEntry(
            at: parts.time.now(), kind: "booking.refused", subject: identity?.id.ledgerSubject ?? "bookings",
            facts: facts)
        do { try await book.record(entry) } catch {
            parts.logger.error("A refused call was not recorded", metadata: ["code": "\(code)", "error": "\(error)"])
        }
    }

    func gate(_ call: GateCall) async throws(BookingRefusal) -> GateAnswer {
        guard organization.isSame(as: call.planURL) else {
            await refused(
                code: BookingRefusal.organizationForeign.rawValue, identity: nil, run: nil, source: call.source)
            throw .organizationForeign
        }
        let answer = await GateReview(review: review, sweepSeconds: sweepSeconds, parts: parts)
            .answer(call.inputs, project: call.project)
        var facts = LedgerFacts()
        facts["isAvailable"] = .flag(answer.isAvailable)
        facts["reason"] = .text(answer.reason)
        facts["pool"] = .text(String(answer.pool.prefix(256)))
        facts["profile"] = .text(String(answer.profile.prefix(256)))
        facts["project"] = .text(call.project)
        facts["plan"] = .text(call.plan)
        let entry = LedgerEntry(at: parts.time.now(), kind: "gate.answered", subject: "gates", facts: facts)
        do { try await book.record(entry) } catch { throw .storeUnavailable }
        return answer
    }
}
