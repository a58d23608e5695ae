internal import SlipwayCore

/// One world, run from its scenario by one thread: Azure DevOps, Amazon ECS, the store, the hooks, the clock and Slipway
/// itself are values, and every moment is chosen by the seed.
final class Simulation {
    let scenario: Scenario
    var dice: Dice
    /// Milliseconds since the beginning: the world's time, which Slipway's clock may differ from.
    private(set) var now: Int64 = 0
    private var agenda = Agenda()

    var pool = AgentPool()
    var cluster = Cluster()
    var disk = Disk()
    var engine: EngineModel?
    private let warmPolicy: PoolPolicy
    private let coldPolicy: PoolPolicy
    /// The window in which agents are kept warm ends when calm comes.
    var policy: PoolPolicy { now < scenario.calmAt ? warmPolicy : coldPolicy }

    var coverage = Coverage()
    private(set) var violation: Violation?
    private(set) var lastFaultAt: Int64 = -1_000_000
    private(set) var trace: [String] = []
    private let isTraced: Bool

    /// What Slipway's clock is ahead of the world's. Milliseconds.
    var clockOffset: Int64 = 0
    var outageUntil: [Int64]
    /// Then a second token for the same launch can't be known of, and only what is left at the end is judged.
    private(set) var hasLostItsStore = false
    var deficitSince: Int64?
    /// Since when fewer agents are kept warm than are wanted.
    var chillSince: Int64?
    /// Launches whose job request could not be read when their agent task had ended: which job they ran may be a guess.
    var unheard: Set<LaunchID> = []

    /// After calm has come everything must have come right within this.
    static let settlingMilliseconds: Int64 = 3_600_000

    init(_ scenario: Scenario, isTraced: Bool = false) {
        self.scenario = scenario
        self.isTraced = isTraced
        dice = Dice(seed: scenario.seed ^ 0x5EED)
        let registration: RegistrationForm = scenario.claims ? .byClaim : .byContainer
        coldPolicy = Self.policy(maximumAgents: scenario.maximumAgents, registration: registration, warm: 0)
        warmPolicy = Self.policy(
            maximumAgents: scenario.maximumAgents, registration: registration, warm: scenario.warm)
        outageUntil = Array(repeating: 0, count: Service.allCases.count)
    }

    /// Runs to the end: everything is quiet, or a promise is broken.
    func run() {
        for job in scenario.jobs {
            after(job.queuedAt) { [self] in if job.isBooked { taskAsks(for: job) } else { jobComes(job) } }
        }
        everySecond()
        startEngine()
        let end = scenario.calmAt + Self.settlingMilliseconds
        while violation == nil, let entry = agenda.popFirst() {
            if entry.at > end { break }
            now = entry.at
            entry.body()
            coverage.steps += 1
            if now > scenario.calmAt, isQuiet { break }
        }
        agenda = Agenda()
        coverage.agentTasks = cluster.agentTasks.count
        if violation == nil { checkTheEnd() }
        engine?.end()
        engine = nil
    }

    func after(_ milliseconds: Int64, _ body: @escaping () -> Void) {
        agenda.add(.init(at: now + max(0, milliseconds), order: dice.next(), body: body))
    }

    /// Whether a fault happens now; counted when it does.
    func strikes(_ fault: Fault) -> Bool {
        let rate = scenario.rates[fault.index]
        guard rate > 0, now < scenario.calmAt, dice.chance(rate) else { return false }
        count(fault)
        return true
    }

    func count(_ fault: Fault) {
        coverage.faults[fault.index] += 1
        if !fault.isOfHooks { lastFaultAt = now }
        note("fault: \(fault.name)")
    }

    func strikes(_ fault: Fault.Other) -> Bool { strikes(.other(fault)) }

    func note(_ text: @autoclosure () -> String) {
        guard isTraced else { return }
        let tenths = now / 100
        trace.append("\(tenths / 10).\(tenths % 10)s  \(text())")
    }

    func violate(_ promise: Violation.Promise, _ text: String) {
        guard violation == nil, !hasLostItsStore || !promise.needsTheStore else { return }
        note("BROKEN \(promise.rawValue): \(text)")
        violation = Violation(promise: promise, text: text)
    }

    /// The instant that Slipway's clock shows.
    var clock: Timestamp { Timestamp(milliseconds: Self.epoch + now + clockOffset) }

    static let epoch: Int64 = 1_795_500_000_000
}

// MARK: What comes by itself

extension Simulation {
    private func everySecond() {
        for service in Service.allCases where strikes(.outage(service)) {
            // Now and then longer than every deadline of a launch.
            let longest: Int64 = dice.chance(0.2) ? 400_000 : 60_000
            outageUntil[service.rawValue] = now + dice.within(2_000...longest)
        }
        if Service.allCases.contains(where: isOut) { lastFaultAt = now }
        if strikes(.storeOutage) { disk.brokenUntil = now + dice.within(500...30_000) }
        if let engine, strikes(.crash) {
            engine.end()
            self.engine = nil
            restartLater()
        }
        interruptAgentTasks()
        stopAnyLaunch()
        checkForStalls()
        after(1_000) { [self] in everySecond() }
    }

    func startEngine() {
        let engine = EngineModel(self)
        self.engine = engine
        engine.start()
    }

    func restartLater() {
        if strikes(.clockJump) {
            clockOffset += dice.within(-7_200_000...7_200_000)
            note("the clock is now \(clockOffset / 1_000) s off")
        }
        if strikes(.storeLost) {
            disk = Disk()
            hasLostItsStore = true
            forgetBookings()
        }
        after(dice.delay(upTo: 60_000)) { [self] in startEngine() }
    }

    /// An operator ends a launch by hand.
    private func stopAnyLaunch() {
        guard let engine, engine.hasRecovered, !engine.book.isEmpty, strikes(.operatorStops) else { return }
        let launch = dice.pick(engine.book)
        harm(launch.id, launch.request)
        if (try? engine.apply(.stopRequested("no longer wanted"), to: launch.id)) ?? nil != nil {
            engine.enqueue(launch.id)
        }
    }

    func isOut(_ service: Service) -> Bool { now < outageUntil[service.rawValue] }

    private static func policy(maximumAgents: Int, registration: RegistrationForm, warm: Int) -> PoolPolicy {
        let deadlines = Deadlines(
            startSeconds: 300, onlineSeconds: 120, idleSeconds: 60, busySeconds: 86_400, leaveSeconds: 30,
            surplusSeconds: 20, warmSeconds: 90)
        let rungs = ["FARGATE_SPOT", "FARGATE"].map {
            Placement(capacity: .capacityProvider($0), subnets: ["subnet-a"])
        }
        let windows = warm > 0 ? [WarmWindow(agents: warm)].compactMap { $0 } : []
        func profile(_ name: String, _ capabilities: [String: String], _ windows: [WarmWindow]) -> Profile {
            Profile(
                name: name, capabilities: capabilities, taskDefinition: "agent", container: "agent",
                maximumAgents: maximumAgents, registration: registration, placements: rungs, deadlines: deadlines,
                warm: windows)
        }
        return PoolPolicy(
            id: PoolID(rawValue: 12), name: "simulated", organization: OrganizationKey(rawValue: "5eed00"),
            profiles: [profile("small", [:], windows), profile("large", ["size": "large"], [])])
    }
}
