internal import SlipwayCore

/// Slipway's process: the loops of `SlipwayEngine` as single steps around the real planner and the real launch machine.
/// Between any two steps the world may move, and the process may end.
final class EngineModel {
    let world: Simulation
    private(set) var isAlive = true
    private(set) var hasRecovered = false
    /// The open launches, as committed and shown: `LaunchBook`.
    var book: [Launch] = []
    var bucket: TokenBucket
    var permits: Set<LaunchID> = []
    var effectsUnderWay: [LaunchID: Bool] = [:]
    /// Answers to RunTask that the store has not taken yet.
    var unstored: [LaunchID: LaunchEvent] = [:]
    /// Claims that wait for the one of the same launch that is being worked on.
    var claimsUnderWay: [LaunchID: [() -> Void]] = [:]
    /// What the planner said last of a booking.
    var bookingRefusals: [BookingID: String] = [:]
    var suspicions = StraySuspicions()
    var breakers = Breakers()
    var isReadingVanished = false
    var isReadingAgents = false
    var isAskedForAgents = false
    var question: (launches: [Launch], vanished: [JobRequestID])?
    var agentsReadAt: Timestamp?
    var sight = PoolSight()
    /// When the agent tasks are looked at next; nil while they are.
    var lookIsDueAt: Int64?
    var isPassing = false
    var isHooked = false
    var passIsDueAt: Int64 = 0
    var passFailures = 0
    var lastDecisions: [Decision] = []
    /// The launches that the present pass has news of, which it has not committed yet.
    var untold: Set<LaunchID> = []

    let recoveredAt: Timestamp

    static let activeMilliseconds: Int64 = 2_000
    static let sweepMilliseconds: Int64 = 30_000
    static let sweepForStraysMilliseconds: Int64 = 60_000
    private static let slowMilliseconds: Int64 = 25_000
    /// Of a call, to the service.
    static let longestWayMilliseconds: Int64 = slowMilliseconds + 400

    init(_ world: Simulation) {
        self.world = world
        recoveredAt = world.clock
        bucket = TokenBucket(capacity: 20, perSecond: 20, at: world.clock)
    }

    /// Recovery is hardly more than reading the open launches: what has to be done follows from them.
    func start() {
        book = world.disk.open
        world.note("Slipway starts with \(book.count) open launches")
        recover()
    }

    /// Nothing else happens before every launch knows that it was recovered.
    private func recover() {
        do {
            for launch in book { try apply(.recovered, to: launch.id) }
        } catch {
            return after(1_000) { [self] in recover() }
        }
        guard isAlive else { return }
        hasRecovered = true
        after(world.dice.within(5...200)) { [self] in beginPass() }
        for booking in world.disk.bookings.values.filter(\.isOpen).sorted(by: { $0.id < $1.id }) {
            attend(to: booking.id)
        }
        after(world.dice.within(5...1_000)) { [self] in look() }
        after(world.dice.within(5...1_000)) { [self] in tick() }
        after(Self.sweepForStraysMilliseconds) { [self] in sweepForStrays() }
    }

    /// The process ends: nothing of it happens any more, and what it has sent is still on its way.
    func end() {
        if isAlive { world.note("Slipway's process ends") }
        isAlive = false
    }

    func after(_ milliseconds: Int64, _ body: @escaping () -> Void) {
        world.after(milliseconds) { [self] in
            if isAlive { body() }
        }
    }

    func rules(for launch: Launch) -> LaunchRules {
        guard let profile = world.policy.profile(named: launch.profile) else { return LaunchRules() }
        return LaunchRules(profile, for: launch, openRungs: breakers.openRungs(of: profile.placements, at: world.clock))
    }

    func launch(_ id: LaunchID) -> Launch? { book.first { $0.id == id } }

    // MARK: Calls

    /// One call to a service, with all that can happen to it. `nil`: no answer.
    func call<Answer>(
        _ call: Call, lateEffect: Fault.Other? = nil, _ effect: @escaping () -> Answer,
        then: @escaping (Answer?) -> Void
    ) {
        guard isAlive else { return }
        var there = world.dice.delay(upTo: 400)
        var back = world.dice.delay(upTo: 400)
        if world.strikes(.slow(call)) {
            if world.dice.chance(0.5) {
                there += world.dice.within(500...Self.slowMilliseconds)
            } else {
                back += world.dice.within(500...Self.slowMilliseconds)
            }
        }
        let givenUp = world.dice.within(500...30_000)
        if world.isOut(call.service) || world.strikes(.requestLost(call)) {
            if let lateEffect, world.strikes(lateEffect) {
                world.after(world.dice.within(0...30_000)) { _ = effect() }
            }
            after(givenUp) { then(nil) }
            return
        }
        let isAnswerLost = world.strikes(.answerLost(call))
        // What was sent arrives, whether its sender still lives or not.
        world.after(there) { [self] in
            let answer = effect()
            guard isAlive else { return }
            after(isAnswerLost ? givenUp : back) { then(isAnswerLost ? nil : answer) }
        }
    }

    // MARK: Committing

    enum Failure: Error { case store }

    /// `LaunchBook.apply`: the change is on disk before it is shown. Answers the launch if it changed.
    @discardableResult
    func apply(_ event: LaunchEvent, to id: LaunchID) throws -> Launch? {
        guard isAlive, let place = book.firstIndex(where: { $0.id == id }) else { return nil }
        let old = book[place]
        guard let transition = old.applying(event, at: world.clock, rules: rules(for: old)) else {
            world.coverage.sawNothing(old, event)
            return nil
        }
        do {
            try write { (disk) throws(Disk.Refusal) in try disk.update(transition.launch) }
        } catch Disk.Refusal.duplicateLaunch {
            world.violate(
                .oneLaunchPerRequest, "\(id) would be a second live launch for its job request: \(event.name)")
            throw Failure.store
        }
        world.coverage.saw(old, event, transition.launch)
        world.note(
            "\(id) v\(transition.launch.version): \(old.state.name) -\(event.name)-> \(transition.launch.state.name)")
        world.check(committed: transition.launch, from: old)
        guard isAlive else { return nil }
        if transition.launch.isOpen { book[place] = transition.launch } else { book.remove(at: place) }
        if old.state.name != transition.launch.state.name {
            switch transition.launch.state {
            case .pending, .finished, .cleaning: startedToMove()
            case .planned, .starting, .online, .busy, .closed: break
            }
        }
        return transition.launch
    }

    func apply(_ events: [PoolReading.Event]) throws {
        for event in events where try apply(event.event, to: event.launch) != nil { enqueue(event.launch) }
    }

    /// Commits new launches together, or each by itself where they are refused together.
    func insert(_ launches: [Launch]) throws {
        guard isAlive, !launches.isEmpty else { return }
        do {
            try write { (disk) throws(Disk.Refusal) in try disk.insert(launches) }
        } catch Disk.Refusal.duplicateLaunch {
            guard launches.count > 1 else { return refused(launches[0]) }
            for launch in launches { try insert([launch]) }
            return
        }
        for launch in launches { world.note("\(launch.id) is planned: \(launch.profile), \(launch.state.name)") }
        guard isAlive else { return }
        book += launches
        for launch in launches { enqueue(launch.id) }
    }

    /// The other half of the same pass, which is not committed yet, may tell that the live launch is none. Then the next
    /// pass plans it again. Otherwise the planner was mistaken.
    private func refused(_ launch: Launch) {
        let live = world.disk.open.filter { $0.request == launch.request && $0.canTakeJob && !untold.contains($0.id) }
        if let live = live.first {
            world.violate(.oneLaunchPerRequest, "\(launch.id) was planned beside \(live.id) for the same job request")
        }
    }

    func write(_ body: (inout Disk) throws(Disk.Refusal) -> Void) throws {
        guard world.now >= world.disk.brokenUntil, !world.strikes(.commitFails) else { throw Failure.store }
        do {
            try body(&world.disk)
        } catch .unavailable {
            throw Failure.store
        } catch .versionConflict {
            world.violate(.storeIsInOrder, "a commit met another version than the one that was read")
            throw Failure.store
        }
        if world.strikes(.crashAfterCommit) {
            end()
            world.engine = nil
            world.restartLater()
        }
    }
}
