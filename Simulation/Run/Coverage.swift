internal import SlipwayCore

/// What the worlds have reached.
struct Coverage {
    struct Transition: Hashable {
        var from: String
        var event: String
        var to: String
    }

    var worlds = 0
    var steps = 0
    var agentTasks = 0
    var faults = Array(repeating: 0, count: Fault.allCases.count)
    /// Agents that registered between the last look at the pool and StopTask, and were stopped with a job.
    var latecomers = 0
    /// What was removed though no open launch answered for it.
    var strays = 0
    /// Rungs that were left out for a while.
    var openings = 0
    private(set) var transitions: [Transition: Int] = [:]
    private(set) var shapes: Set<Shape> = []
    private(set) var refusedEvents = 0

    /// What of a launch decides what may happen next; times and counters aside.
    struct Shape: Hashable {
        var state: String
        var cause: LaunchOutcome.Kind?
        var flags: UInt16
    }

    mutating func saw(_ old: Launch, _ event: LaunchEvent, _ new: Launch) {
        transitions[Transition(from: old.state.name, event: event.name, to: new.state.name), default: 0] += 1
        shapes.insert(Shape(new))
    }

    mutating func sawNothing(_ launch: Launch, _ event: LaunchEvent) { refusedEvents += 1 }

    mutating func add(_ other: Coverage) {
        worlds += other.worlds
        steps += other.steps
        agentTasks += other.agentTasks
        latecomers += other.latecomers
        strays += other.strays
        openings += other.openings
        refusedEvents += other.refusedEvents
        for index in faults.indices { faults[index] += other.faults[index] }
        transitions.merge(other.transitions, uniquingKeysWith: +)
        shapes.formUnion(other.shapes)
    }
}

extension Coverage.Shape {
    init(_ launch: Launch) {
        state = launch.state.name
        cause = launch.outcome?.kind
        var flags: [Bool] = [
            launch.agentTask != nil, launch.agent != nil, launch.ran != nil, launch.ran == launch.request,
            launch.ranResult != nil, launch.orphanedAt != nil, launch.missingSince != nil, launch.jobReturnedAt != nil,
            launch.startFailures > 0, launch.runningAt != nil, launch.claim != nil, launch.claim?.credentials != nil,
        ]
        if case .cleaning(let cleaning) = launch.state {
            flags += [
                cleaning.quiescedAt != nil, cleaning.isStopCalled, cleaning.isAgentTaskGone, cleaning.failures > 0,
            ]
        }
        self.flags = flags.reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
}
