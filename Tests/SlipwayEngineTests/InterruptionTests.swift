import SlipwayCore
import SlipwayEngine
import Synchronization
import Testing

/// The engine is stopped at its n-th write and at its n-th call to the outside, for every n, and started again: each
/// job runs, none gets two agents, no busy agent is stopped, nothing is left over. `make crash-test` does the same to the
/// real process at each of its calls; what it has on disk at a commit is seen here alone.
@Suite struct InterruptionTests {
    @Test(arguments: InterruptionShape.all) func stoppedAtEachWrite(shape: InterruptionShape) async throws {
        try await forEachNumber(shape) { fuse in Harness(onWrite: { try fuse.check($0) }) }
    }

    @Test(arguments: InterruptionShape.all) func stoppedAtEachCallToTheOutside(shape: InterruptionShape) async throws {
        try await forEachNumber(shape) { fuse in Harness(onCall: { try fuse.check($0) }) }
    }

    /// Without an end of the engine: nothing that goes wrong once is lost or done twice.
    @Test(arguments: InterruptionShape.all.filter(\.isBooked)) func eachCallFailsOnce(
        shape: InterruptionShape
    ) async throws {
        var number = 1
        while true {
            let fuse = Fuse(at: number, once: true)
            let harness = Harness(onCall: { try fuse.check($0) })
            let course = Course(shape, harness)
            try await harness.run(shape.makeEngine(harness)) { engine in
                course.begin()
                await harness.expect(within: 1_200) {
                    course.goOn(engine)
                    return course.isOver
                }
            }
            course.check("call \(number) failed")
            guard fuse.isBlown else { break }
            number += 1
        }
        #expect(number > 5)
    }

    /// Until a run completes without its fuse having blown.
    private func forEachNumber(_ shape: InterruptionShape, _ make: @Sendable (Fuse) -> Harness) async throws {
        var number = 1
        while true {
            let fuse = Fuse(at: number)
            let harness = make(fuse)
            let course = Course(shape, harness)
            try await harness.run(shape.makeEngine(harness)) { engine in
                course.begin()
                _ = await harness.passes(seconds: 120) {
                    course.goOn(engine)
                    return fuse.isBlown || course.isOver
                }
            }
            let wasBlown = fuse.isBlown
            // A call that is under way ends with its process, and stores nothing behind the back of the next.
            #expect(await harness.passes(seconds: 60) { !course.isAsking }, "stopped at \(number)")
            fuse.mend()
            try await harness.run(shape.makeEngine(harness)) { engine in
                await harness.expect(within: 1_200) {
                    course.goOn(engine)
                    return course.isOver
                }
            }
            course.check("stopped at \(number)")
            guard wasBlown else { break }
            number += 1
        }
        #expect(number > 5, "\(shape.name) was stopped at \(number) places only")
    }
}

private final class Fuse: Sendable {
    private let state: Mutex<(at: Int, isBlown: Bool)>
    private let once: Bool

    init(at number: Int, once: Bool = false) {
        state = Mutex((number, false))
        self.once = once
    }

    /// Throws from the n-th on until it is mended: a process that dies does nothing more.
    func check(_ number: Int) throws {
        let isBlown = state.withLock { state in
            if number == state.at { state.isBlown = true }
            return once ? number == state.at : state.isBlown
        }
        if isBlown { throw Interrupted() }
    }

    var isBlown: Bool { state.withLock { $0.isBlown } }
    func mend() { state.withLock { $0 = (Int.max, false) } }
}

/// What goes on while the engine is stopped somewhere in it.
struct InterruptionShape: Sendable, CustomTestStringConvertible {
    var name: String
    var jobs: Int
    /// The job that somebody cancels.
    var cancelled: Int64?
    /// A task of its run books the agent of the one job, which is queued once that is told.
    var isBooked = false
    /// How many agent tasks there may be in all.
    var agentTasks: ClosedRange<Int>
    /// Done once, as soon as it can be: answers whether it was.
    var interfere: @Sendable (World) -> Bool = { _ in true }

    var testDescription: String { name }

    func makeEngine(_ harness: Harness) -> Engine { harness.makeEngine(takesBookings: isBooked) }

    static let all = [
        InterruptionShape(name: "one job", jobs: 1, agentTasks: 1...1),
        InterruptionShape(name: "several jobs", jobs: 3, agentTasks: 3...3),
        InterruptionShape(
            name: "a cancelled job", jobs: 2, cancelled: 2, agentTasks: 1...2,
            interfere: { world in
                guard world.with({ !$0.containers.isEmpty }) else { return false }
                world.cancel(2)
                return true
            }),
        InterruptionShape(
            name: "a container that fails, and one that leaves its registration", jobs: 1, agentTasks: 2...2,
            interfere: { world in
                // Of the containers that start from now on.
                world.with { $0.losesTrackOfRegistrations = true }
                return world.endContainer(afterSeconds: 0, exitCode: 7)
            }),
        InterruptionShape(
            name: "capacity taken back", jobs: 1, agentTasks: 2...2,
            // It runs, and its agent is not yet there to be given the job.
            interfere: { $0.endContainer(afterSeconds: 4, exitCode: 137) }),
        InterruptionShape(name: "a booked job", jobs: 1, isBooked: true, agentTasks: 1...1),
    ]
}

/// One course of events.
private final class Course: Sendable {
    let shape: InterruptionShape
    let harness: Harness
    private let isInterfered = Mutex(false)
    private let asking = Mutex(Asking())

    /// The call of a pipeline's task, which is sent until it is accepted.
    private struct Asking {
        var isUnderWay = false
        var isAccepted = false
        var isQueued = false
    }

    private static let call = BookingCall(
        identity: BookingIdentity(plan: "plan", job: "job", instance: "instance"),
        planURL: "https://dev.azure.com/fabrikam", project: "p", timeline: "timeline", run: 7,
        inputs: BookingInputs(pool: "ecs-linux", profile: "small"), token: JobToken("job-token")!)

    init(_ shape: InterruptionShape, _ harness: Harness) {
        self.shape = shape
        self.harness = harness
    }

    func begin() {
        guard !shape.isBooked else {
            return harness.world.with { state in
                state.planRuns[7] = PlanRun(project: "p", plans: ["plan"], isOver: false)
                // After a start there is no other.
                state.takesServersWord = true
            }
        }
        for id in 1...shape.jobs { harness.world.queue(Int64(id), seconds: id) }
    }

    func goOn(_ engine: Engine) {
        if shape.isBooked { ask(engine) }
        isInterfered.withLock { done in if !done { done = shape.interfere(harness.world) } }
    }

    private func ask(_ engine: Engine) {
        let mayAsk = asking.withLock { asking in
            guard !asking.isAccepted, !asking.isUnderWay else { return false }
            asking.isUnderWay = true
            return true
        }
        if mayAsk, engine.problem(ofPool: "ecs-linux") == nil {
            Task {
                let isAccepted = (try? await engine.bookings?.book(Self.call)) != nil
                asking.withLock { $0 = Asking(isAccepted: isAccepted) }
            }
        } else if mayAsk {
            asking.withLock { $0.isUnderWay = false }
        }
        guard !results.isEmpty, !asking.withLock(\.isQueued) else { return }
        asking.withLock { $0.isQueued = true }
        harness.world.queue(1, demands: ["Agent.Name -equals slipway-run-7-agent"])
    }

    var isAsking: Bool { asking.withLock(\.isUnderWay) }

    private var results: [BookingOutcome.Result] {
        harness.world.with { state in
            state.planWords.compactMap { if case .completed(let result) = $0 { result } else { nil } }
        }
    }

    var isOver: Bool {
        guard isInterfered.withLock({ $0 }), harness.isQuiet else { return false }
        return !shape.isBooked || (asking.withLock(\.isQueued) && harness.store.bookings.allSatisfy { !$0.isOpen })
    }

    func check(_ place: String) {
        let ran = harness.world.with { state in
            state.jobs.values.allSatisfy { job in
                job.request.id.rawValue == shape.cancelled
                    || (job.startedAt != nil && job.request.result == "succeeded")
            }
        }
        #expect(ran, "\(place)")
        let agentTasks = harness.world.with { $0.tokens.count }
        #expect(shape.agentTasks.contains(agentTasks), "\(place): \(agentTasks) agent tasks")
        let launches = harness.world.with { $0.containers.values.map(\.launch) }
        #expect(Set(launches).count == launches.count, "\(place): a launch had two agent tasks")
        #expect(harness.world.with { $0.interrupted.isEmpty }, "\(place)")
        if shape.isBooked {
            // A task is told again when it isn't known whether it was, and always the same.
            #expect(results.allSatisfy { $0 == .succeeded } && (1...2).contains(results.count), "\(place): \(results)")
            #expect(harness.store.bookings.map(\.closing) == [.told], "\(place)")
            #expect(harness.world.with { $0.runTaskCalls } <= 2, "\(place)")
            #expect(!harness.store.records.contains { $0.facts.contains("job-token") }, "\(place)")
        }
        var chain = LedgerChain()
        for record in harness.store.records { #expect(chain.verify(record) == nil, "\(place)") }
    }
}

extension World {
    /// Ends the first container that has run for so long, and has no job.
    fileprivate func endContainer(afterSeconds seconds: Int, exitCode: Int) -> Bool {
        let now = time.now()
        return with { state in
            let meant = state.containers.sorted { $0.key < $1.key }.first { _, container in
                container.stoppedAt == nil && container.job == nil
                    && now >= container.startedAt.adding(seconds: seconds)
            }
            guard let meant else { return false }
            state.containers[meant.key]?.stoppedAt = now
            state.containers[meant.key]?.exitCode = exitCode
            return true
        }
    }
}
