import Synchronization

/// The faults scripted so far, and how many calls each has seen.
public final class FaultPlan: Sendable {
    private struct Script {
        let fault: Fault
        var seen = 0

        var isStriking: Bool { fault.occurrences.contains(seen) }

        func counts(_ operation: SandboxOperation, _ subject: String) -> Bool {
            guard fault.operation == operation else { return false }
            guard let wanted = fault.subject else { return true }
            return subject.contains(wanted)
        }
    }

    private struct State {
        var scripts: [Script] = []
        var calls: [SandboxOperation: Int] = [:]
    }

    private let state = Mutex(State())
    let watch = CallWatch()

    public init() {}

    public func add(_ fault: Fault) {
        precondition(fault.occurrences.lowerBound >= 1, "calls are counted from 1")
        state.withLock { $0.scripts.append(Script(fault: fault)) }
    }

    /// Forgets every fault. Calls that already hang keep hanging to their bound.
    public func removeAll() {
        state.withLock { $0.scripts = [] }
    }

    /// How many calls of this operation came in, faulty ones included.
    public func calls(of operation: SandboxOperation) -> Int {
        state.withLock { $0.calls[operation, default: 0] }
    }

    /// Counts a call and tells which fault befalls it: of those that apply, the one added first.
    func strike(_ operation: SandboxOperation, subject: @autoclosure () -> String) -> Fault.Action? {
        state.withLock { state in
            state.calls[operation, default: 0] += 1
            guard !state.scripts.isEmpty else { return nil }
            let subject = subject()
            var action: Fault.Action?
            for index in state.scripts.indices where state.scripts[index].counts(operation, subject) {
                state.scripts[index].seen += 1
                if action == nil, state.scripts[index].isStriking { action = state.scripts[index].fault.action }
            }
            return action
        }
    }
}
