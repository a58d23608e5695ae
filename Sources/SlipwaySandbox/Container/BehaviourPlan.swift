import Synchronization

/// Which of the containers to come misbehave.
public final class BehaviourPlan: Sendable {
    private struct Script {
        let launches: ClosedRange<Int>
        let behaviour: ContainerBehaviour
        var seen = 0
    }

    private struct State {
        var scripts: [Script] = []
        var usual = ContainerBehaviour.orderly
    }

    private let state = Mutex(State())

    public init() {}

    /// Lets the n-th agent task that starts from now on, counted from 1, behave so. Of several that apply, the first
    /// added wins.
    public func add(_ behaviour: ContainerBehaviour, launches: ClosedRange<Int>) {
        precondition(launches.lowerBound >= 1, "launches are counted from 1")
        state.withLock { $0.scripts.append(Script(launches: launches, behaviour: behaviour)) }
    }

    /// How all others behave. At first ``ContainerBehaviour/orderly``.
    public func setUsual(_ behaviour: ContainerBehaviour) {
        state.withLock { $0.usual = behaviour }
    }

    func next() -> ContainerBehaviour {
        state.withLock { state in
            var chosen: ContainerBehaviour?
            for index in state.scripts.indices {
                state.scripts[index].seen += 1
                if chosen == nil, state.scripts[index].launches.contains(state.scripts[index].seen) {
                    chosen = state.scripts[index].behaviour
                }
            }
            return chosen ?? state.usual
        }
    }
}
