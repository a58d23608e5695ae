internal import Logging
internal import SlipwayCore

/// The open launches in memory, always as committed: a change is written to the store first and shown here after.
///
/// Changes of one launch go one after the other; those of different launches overlap, so that they share a write.
actor LaunchBook {
    private let store: any LedgerStore
    private let time: any TimeSource
    private let directory: PoolDirectory
    /// nil: the ledger isn't told what launches cost.
    private let prices: PriceBook?
    private let observers: [any LaunchObserver]
    private var open: [LaunchID: Launch] = [:]
    private var startOrder = StartOrder()
    /// One change of a launch at a time.
    private let turns = Turns<LaunchID>()
    private var foreignChanges: Int64 = 0
    private var loadsUnderWay = 0
    private var shownDuringLoad: [LaunchID: Launch] = [:]

    init(
        store: any LedgerStore, time: any TimeSource, directory: PoolDirectory, prices: PriceBook? = nil,
        observers: [any LaunchObserver]
    ) {
        self.prices = prices
        self.store = store
        self.time = time
        self.directory = directory
        self.observers = observers
    }

    // MARK: Reading

    func launch(_ id: LaunchID) -> Launch? { open[id] }
    func launch(boundTo booking: BookingID) -> Launch? { open.values.first { $0.binding?.booking == booking } }
    func all() -> [Launch] { Array(open.values) }
    /// Those for which time alone may have something to do.
    func timed() -> [Launch] { open.values.filter(\.isTimed) }
    func launches(of pool: PoolID) -> [Launch] { open.values.filter { $0.pool == pool } }

    func hasBusyAgent(in pool: PoolID) -> Bool { open.values.contains { $0.isBusy && $0.pool == pool } }

    /// The planned ones for which the condition holds, in the order in which they start.
    func planned(maximum: Int, where condition: (Launch) -> Bool) -> [Launch] {
        Array(startOrder.ids.lazy.compactMap { self.open[$0] }.filter(condition).prefix(maximum))
    }

    /// The launches of all pools but one for which the condition holds.
    func count(besides pool: PoolID, where condition: (Launch) -> Bool) -> Int {
        open.values.count { $0.pool != pool && condition($0) }
    }

    /// How many are open, by pool, profile and state.
    func counts() -> [OpenLaunches] {
        var counts: [OpenLaunches: Int] = [:]
        for launch in open.values {
            let group = OpenLaunches(
                pool: launch.pool, profile: launch.profile, state: launch.state.name, count: 0)
            counts[group, default: 0] += 1
        }
        return counts.map { OpenLaunches(pool: $0.pool, profile: $0.profile, state: $0.state, count: $1) }
    }

    /// Reads the open launches from the store: at the start, and after another process has written.
    func load() async throws(StoreError) {
        loadsUnderWay += 1
        defer {
            loadsUnderWay -= 1
            if loadsUnderWay == 0 { shownDuringLoad = [:] }
        }
        let changes = try await store.foreignChanges()
        var fresh: [LaunchID: Launch] = [:]
        for launch in try await store.openLaunches() { fresh[launch.id] = launch }
        // What was committed while we read may be missing from what was read, or newer.
        for (id, launch) in shownDuringLoad where (fresh[id]?.version ?? -1) <= launch.version {
            fresh[id] = launch.isOpen ? launch : nil
        }
        open = fresh
        startOrder = StartOrder(fresh.values)
        foreignChanges = changes
    }

    /// Tells every open launch that it was recovered, in one write. Called once, after the first `load`, before
    /// anything else.
    func recover() async throws(StoreError) {
        _ = try await apply(all().map { PoolReading.Event(launch: $0.id, event: .recovered) })
    }

    /// Reads anew if another process has written. Answers whether it did.
    func loadIfChangedByOthers() async throws(StoreError) -> Bool {
        guard try await store.foreignChanges() != foreignChanges else { return false }
        try await load()
        return true
    }

    // MARK: Changing

    /// An entry that changes no launch.
    func record(_ entry: LedgerEntry) async throws(StoreError) {
        try await store.commit(LaunchBatch(entries: [entry]))
    }

    /// Applies an event and commits what it changes. Answers the changed launch; nil when nothing changed.
    ///
    /// - Parameter notes: committed with the change, and not without it.
    func apply(
        _ event: LaunchEvent, to id: LaunchID, noting notes: [LedgerEntry] = []
    ) async throws(StoreError) -> Launch? {
        await turns.begin(id)
        defer { turns.end(id) }
        for _ in 0..<Self.maximumConflicts {
            guard let old = open[id], let transition = transition(of: old, by: event) else { return nil }
            do {
                var batch = LaunchBatch(transition)
                batch.entries += notes
                try await store.commit(batch)
            } catch  where error.code == .versionConflict {
                // Another process changed it. What it became decides what the event means now.
                try await load()
                continue
            }
            show(transition.launch, insteadOf: old)
            return transition.launch
        }
        throw StoreError(code: .versionConflict, message: "launch \(id) is being changed by another process; try again")
    }

    private func transition(of old: Launch, by event: LaunchEvent) -> LaunchTransition? {
        let now = time.now()
        return old.applying(event, at: now, rules: directory.rules(for: old))?.priced(by: prices, at: now)
    }

    private static let maximumConflicts = 3

    /// Applies many events, in order for each launch, and commits them together where it can. Answers the launches
    /// that changed.
    func apply(_ events: [PoolReading.Event]) async throws(StoreError) -> [Launch] {
        var changed: [Launch] = []
        for wave in waves(of: events) { changed += try await applyWave(wave) }
        return changed
    }

    /// Events in rounds that touch each launch once.
    private func waves(of events: [PoolReading.Event]) -> [[PoolReading.Event]] {
        var waves: [[PoolReading.Event]] = []
        var seen: [LaunchID: Int] = [:]
        for event in events {
            let round = seen[event.launch, default: 0]
            seen[event.launch] = round + 1
            if round == waves.count { waves.append([]) }
            waves[round].append(event)
        }
        return waves
    }

    private func applyWave(_ wave: [PoolReading.Event]) async throws(StoreError) -> [Launch] {
        var batch = LaunchBatch()
        var changes: [(old: Launch, new: Launch)] = []
        var later: [PoolReading.Event] = []
        for event in wave {
            guard let old = open[event.launch] else { continue }
            guard turns.beginIfFree(event.launch) else {
                later.append(event)
                continue
            }
            guard let transition = transition(of: old, by: event.event) else {
                turns.end(event.launch)
                continue
            }
            changes.append((old, transition.launch))
            batch.updates.append(transition.launch)
            batch.entries += transition.entries
        }
        var changed = try await commit(batch, changes)
        if changed == nil {
            // One of them conflicts: each by itself, so that it harms no other.
            later = wave
            changed = []
        }
        var all = changed ?? []
        for event in later { if let launch = try await apply(event.event, to: event.launch) { all.append(launch) } }
        return all
    }

    /// Answers nil when a version didn't match and nothing was written.
    private func commit(
        _ batch: LaunchBatch, _ changes: [(old: Launch, new: Launch)]
    ) async throws(StoreError) -> [Launch]? {
        guard !batch.isEmpty else { return [] }
        defer { for change in changes { turns.end(change.old.id) } }
        do {
            try await store.commit(batch)
        } catch  where error.code == .versionConflict {
            try await load()
            return nil
        }
        for change in changes { show(change.new, insteadOf: change.old) }
        return changes.map(\.new)
    }

    /// Commits new launches, each by itself if together they are refused. One that exists already, or whose job
    /// request has another live launch, is left out: somebody else was quicker. Answers those that were made.
    func insert(_ launches: [Launch], entries: [[LedgerEntry]]) async throws(StoreError) -> [Launch] {
        do {
            try await store.commit(LaunchBatch(inserts: launches, entries: entries.flatMap { $0 }))
            for launch in launches { show(launch, insteadOf: nil) }
            return launches
        } catch  where error.code == .duplicateLaunch {
            guard launches.count > 1 else {
                try await load()
                return []
            }
        }
        var made: [Launch] = []
        for (launch, own) in zip(launches, entries) { made += try await insert([launch], entries: [own]) }
        return made
    }

    private func show(_ new: Launch, insteadOf old: Launch?) {
        startOrder.note(new, wasPlanned: open[new.id]?.state == .planned)
        open[new.id] = new.isOpen ? new : nil
        if loadsUnderWay > 0 { shownDuringLoad[new.id] = new }
        for observer in observers { observer.launchChanged(from: old, to: new) }
    }
}
