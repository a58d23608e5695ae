public import Logging
public import ServiceLifecycle
public import SlipwayCore

/// Drives launches: reads the pools, plans, commits, does the effects, watches the agent tasks, keeps the time.
///
/// Run it as a service before the receiver, so that it stops after it. Whatever moment it is stopped in, the next run
/// goes on from the store. One engine per store at a time.
public struct Engine: Service, DeliveryListener, ClaimPort {
    /// Answers the calls of pipelines' server tasks; nil without a plan port.
    public var bookings: (any BookingPort)? { bookingDesk }

    private let parts: EngineParts
    private let reconcilers: [PoolReconciler]
    private let runner: EffectRunner
    private let watch: AgentTaskWatch
    private let listener: AgentTaskListener?
    private let timekeeper: Timekeeper
    private let straySweep: StraySweep
    private let hookWatch: HookWatch?
    private let claims: ClaimDesk
    private let bookingDesk: BookingDesk?
    private let bookingKeeper: BookingKeeper?
    private let describer: LaunchDescriber
    private let placeholderKeepers: [PlaceholderKeeper]
    /// The rungs of every profile's ladder.
    private let placements: Set<Placement>
    let configuration: EngineConfiguration
    let readings = LiveReadings()
    /// By the clock of all its parts.
    public var now: Timestamp { parts.time.now() }
    /// What operators have put on hold.
    public var holds: OperatorHolds { get async { await desk.holds } }
    let closedLaunch: @Sendable (LaunchID) async throws -> Launch?

    /// - Parameters:
    ///   - agentTaskEvents: where the cluster tells by itself what becomes of agent tasks; nil: it is only asked.
    ///   - runs: for the policies `whenGivenUp` and `whenInterrupted`; nil: as if they were `leave`.
    ///   - hooks: the subscriptions to our receiver; nil: they are not watched.
    ///   - plans: whose server tasks may book agents; nil: none may.
    ///   - parallelJobs: the organization's limit; nil: there is none.
    ///   - closedLaunch: looks for a launch that is no longer open, for an operator who wants it tried again.
    ///   - budgets: of projects, and the prices that launches are told the cost by; nil: there are none.
    ///   - time: the same for all parts of a process.
    public init(
        configuration: EngineConfiguration, store: any LedgerStore, agentTasks: any AgentTaskPort,
        agentTaskEvents: (any AgentTaskEventPort)? = nil, runs: (any RunPort)? = nil,
        hooks: (any HookSubscriptionPort)? = nil, plans: (any PlanPort)? = nil,
        parallelJobs: (any ParallelJobsPort)? = nil, budgets: BudgetPolicy? = nil, time: any TimeSource,
        observers: [any LaunchObserver] = [], poolObservers: [any PoolObserver] = [],
        bookingObservers: [any BookingObserver] = [],
        closedLaunch: @escaping @Sendable (LaunchID) async throws -> Launch? = { _ in nil }, logger: Logger
    ) {
        self.configuration = configuration
        self.closedLaunch = closedLaunch
        let directory = PoolDirectory(
            configuredCount: configuration.pools.count, breakers: BreakerTable(time: time))
        let effects = EffectQueue()
        let moves = MoveSignal()
        let gate = StartGate(configuration, at: time.now())
        let retries = StageRetries(
            runs: runs, sweepSeconds: configuration.pools.map(\.sweepSeconds).max() ?? 30,
            followsEvents: agentTaskEvents != nil, directory: directory,
            store: store, time: time, logger: logger)
        let parallelJobs = ParallelJobsWatch(
            port: parallelJobs, heldMilliseconds: configuration.parallelJobsMilliseconds, store: store, time: time,
            logger: logger)
        let bookingSignals = BookingSignals()
        let describer = LaunchDescriber(
            runs: runs, agentTasks: agentTasks, directory: directory, time: time, logger: logger)
        self.describer = describer
        let book = LaunchBook(
            store: store, time: time, directory: directory, prices: budgets?.prices,
            observers: observers + [moves, gate, retries, parallelJobs, bookingSignals, describer])
        let desk = OperatorDesk(
            store: store, book: book, effects: effects,
            profiles: configuration.pools.flatMap { pool in
                pool.profiles.map { ProfileKey(pool: pool.name, profile: $0.name) }
            }, time: time, logger: logger)
        let parts = EngineParts(
            book: book, store: store, directory: directory, effects: effects,
            notices: RunNotices(runs: runs, time: time, store: store, logger: logger),
            retries: retries, gate: gate, parallelJobs: parallelJobs,
            bookings: BookingBook(store: store, time: time, observers: bookingObservers),
            bookingSignals: bookingSignals, desk: desk,
            budgets: BudgetWatch(policy: budgets, store: store, time: time, logger: logger),
            readingTurns: ReadingTurns(at: time.now()), poolObservers: poolObservers + [readings], time: time,
            logger: logger)
        self.parts = parts
        placements = Set(configuration.pools.flatMap(\.profiles).flatMap(\.placements))
        let reconcilers = configuration.pools.map {
            PoolReconciler(pool: $0, configuration: configuration, parts: parts)
        }
        self.reconcilers = reconcilers
        let claims = ClaimDesk(book: book, directory: directory, effects: effects, time: time, logger: logger)
        self.claims = claims
        let keeper = plans.map { plans in
            BookingKeeper(plans: plans, parts: parts) { for reconciler in reconcilers { reconciler.wake(nil) } }
        }
        bookingKeeper = keeper
        bookingDesk = keeper.flatMap { keeper in
            plans.map {
                BookingDesk(
                    configuration: configuration, sizes: configuration.sizes, plans: $0, keeper: keeper, parts: parts)
            }
        }
        runner = EffectRunner(
            book: parts.book, claims: claims, queue: effects,
            directory: directory, gate: gate, stopGate: StopGate(at: time.now()),
            performer: EffectPerformer(
                organizationURL: configuration.organizationURL, claims: configuration.claims, directory: directory,
                agentTasks: agentTasks, time: time),
            time: time, maximumConcurrent: configuration.maximumConcurrentEffects, logger: logger)
        let trust = EventTrust { isTrusted in
            if isTrusted {
                logger.info("Agent tasks are followed by events")
            } else {
                logger.warning("Events don't tell enough; agent tasks are followed by asking the cluster")
                moves.wakeup.signal()
            }
        }
        listener = agentTaskEvents.map { AgentTaskListener(parts: parts, port: $0, trust: trust) }
        let watch = AgentTaskWatch(
            parts: parts, agentTasks: agentTasks, moves: moves, trust: agentTaskEvents == nil ? nil : trust,
            configuration: configuration)
        self.watch = watch
        straySweep = StraySweep(parts: parts, agentTasks: agentTasks)
        hookWatch = hooks.map { HookWatch(port: $0, repairs: configuration.repairsHooks, parts: parts) }
        placeholderKeepers = configuration.pools.compactMap { PlaceholderKeeper(pool: $0, parts: parts) }
        timekeeper = Timekeeper(parts: parts) {
            for reconciler in reconcilers { reconciler.wake(nil) }
            watch.wake()
        } wakePool: { name in
            for reconciler in reconcilers where reconciler.pool.name == name { reconciler.wake(nil) }
        }
    }

    /// Recovers the open launches, then works until shut down or cancelled. A store that is unavailable at the start, since its
    /// disk is full or it is locked, is asked again until it isn't: the receiver answers meanwhile, and says so. Throws if
    /// what is stored can't be understood.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            guard try await begin() else { return }
            await work()
        }
    }

    /// Answers false when it was cancelled before the store could be read.
    private func begin() async throws -> Bool {
        var failures = 0
        while !Task.isCancelled {
            do throws(StoreError) {
                try await recover()
                let open = await parts.book.all()
                parts.logger.info("The engine starts", metadata: ["launches.open": "\(open.count)"])
                return true
            } catch {
                guard error.code == .unavailable else { throw error }
                failures += 1
                parts.logger.error(
                    "The engine can't start before the store can be written; it is tried again",
                    metadata: ["error": "\(error)", "failures": "\(failures)"])
                let pause: Int64 = backoff(failures, first: 1_000, limit: 15_000, doublings: 4)
                try? await parts.time.sleep(milliseconds: pause)
            }
        }
        return false
    }

    /// May be repeated where it has failed.
    private func recover() async throws(StoreError) {
        try await parts.book.load()
        try await parts.book.recover()
        try await parts.bookings.load()
        try await parts.desk.load()
        await claims.open()
        await bookingDesk?.open()
        try await parts.directory.breakers.restore(placements, from: parts.store)
        try await parts.retries.restore()
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await runner.run() }
            group.addTask { await watch.run() }
            if let listener { group.addTask { await listener.run() } }
            group.addTask { await timekeeper.run() }
            group.addTask { await straySweep.run() }
            group.addTask { await parts.notices.run() }
            group.addTask { await parts.retries.run() }
            group.addTask { await parts.parallelJobs.run() }
            if let bookingKeeper { group.addTask { await bookingKeeper.run() } }
            group.addTask { await describer.run(parts.book) }
            group.addTask { await parts.budgets.run(parts.book) }
            if let hookWatch { group.addTask { await hookWatch.run() } }
            for keeper in placeholderKeepers { group.addTask { await keeper.run() } }
            for reconciler in reconcilers { group.addTask { await reconciler.run() } }
        }
    }

    /// The names of the pools whose id is known.
    public var poolNames: [PoolID: String] { parts.directory.names }

    /// Why a pool, by its configured name, can't be served at the moment; nil when it can.
    public func problem(ofPool name: String) -> String? { parts.directory.problem(of: name) }

    /// What is wrong with the hooks; nil: nothing is known to be. Jobs are served all the same.
    public var hookNote: String? { hookWatch?.note }

    /// A pool whose placeholders have not been looked at since the start, so that a job of it may fail at once; nil: there is
    /// none.
    public var poolWithoutPlaceholders: String? { placeholderKeepers.first { !$0.hasLooked }?.poolName }

    /// What is wrong with the placeholders; nil: nothing is known to be. What is queued is served all the same.
    public var placeholderNote: String? { placeholderKeepers.lazy.compactMap(\.note).first }

    func placeholderNote(ofPool name: String) -> String? {
        placeholderKeepers.first { $0.poolName == name }?.note
    }

    /// The service hook subscriptions, as last looked at.
    var hookState: LiveState.Hooks { hookWatch?.report ?? LiveState.Hooks() }

    /// The budgets, as last looked at.
    var budgetReading: BudgetReading? { parts.budgets.reading }

    var desk: OperatorDesk { parts.desk }

    /// Until when a rung with this placement is left out; nil: it isn't.
    func leftOutUntil(_ placement: Placement) -> Timestamp? { parts.directory.breakers.openUntil(placement) }

    /// Every pool is read anew, as soon as it may be.
    func wakePools() { for reconciler in reconcilers { reconciler.wake(nil) } }

    /// Why the organization's limit of parallel jobs isn't kept to; nil: it is, or there is none.
    public var parallelJobsNote: String? { parts.parallelJobs.note }

    /// Jobs that a sweep found and that no hook announced within a minute, since the start.
    public var unannouncedJobs: Int { reconcilers.map(\.unannouncedCount).reduce(0, +) }

    /// Those of the last hour.
    public var recentlyUnannouncedJobs: Int { reconcilers.map(\.recentlyUnannouncedCount).reduce(0, +) }

    /// What became of the messages of the event queue since the start, by reason; `applied` are those that told of a
    /// launch. Empty without a queue.
    public var agentTaskMessages: [String: Int] { listener?.counts ?? [:] }

    /// Messages of the event queue that nothing could be learnt from, in words for an operator; nil: there were none.
    public var agentTaskEventNote: String? {
        let useless: [AgentTaskVerdict.Kind] = [.foreign, .unreadable, .damaged, .abandoned]
        let counts = agentTaskMessages
        let found = useless.compactMap { kind in counts[kind.rawValue].map { "\($0) \(kind.rawValue)" } }
        guard !found.isEmpty else { return nil }
        let all = counts.values.reduce(0, +)
        return "of \(all) messages since the start some were of no use (\(found.joined(separator: ", "))); "
            + "see the log, and make the queue's rule narrower if they are foreign"
    }

    /// The open launches, as committed, counted by pool, profile and state.
    public func openLaunches() async -> [OpenLaunches] { await parts.book.counts() }

    /// The bookings at work: those whose task waits, and those that an open launch is bound to.
    public func bookingsAtWork() async -> [Booking] { await parts.bookings.all() }

    /// Whether a rung with this placement is left out at the moment, since it kept refusing.
    public func isLeftOut(_ placement: Placement) -> Bool {
        !parts.directory.breakers.openRungs(of: [placement]).isEmpty
    }

    /// The organization's parallel jobs as last read; nil: no limit is known.
    public var parallelJobs: ParallelJobs? { parts.parallelJobs.reading }

    public func answer(_ claim: AgentClaim) async -> ClaimAnswer { await claims.answer(claim) }

    /// A job that waits wakes every pool, since the event names none; one that has ended those that knew of its run, to see
    /// it sooner. The reading is one call, and shared by all hints that come meanwhile. That a job runs is seen soon enough
    /// anyhow.
    public func deliveryRecorded(_ hint: JobHint) {
        guard hint.state != .running else { return }
        for reconciler in reconcilers { reconciler.wake(hint) }
    }
}
