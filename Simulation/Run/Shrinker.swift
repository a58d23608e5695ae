/// Makes a failing scenario small: fewer jobs, fewer kinds of fault, as long as the same promise is broken.
struct Shrinker {
    let promise: Violation.Promise
    private(set) var smallest: Scenario

    init(_ scenario: Scenario, _ promise: Violation.Promise) {
        smallest = scenario
        self.promise = promise
    }

    mutating func shrink() {
        var hasShrunk = true
        while hasShrunk {
            hasShrunk = false
            for index in smallest.rates.indices where smallest.rates[index] > 0 {
                hasShrunk = attempt { $0.rates[index] = 0 } || hasShrunk
            }
            if smallest.warm > 0 { hasShrunk = attempt { $0.warm -= 1 } || hasShrunk }
            for index in smallest.jobs.indices.reversed() where smallest.jobs.count > 1 {
                hasShrunk = attempt { $0.jobs.remove(at: index) } || hasShrunk
            }
            for index in smallest.jobs.indices where smallest.jobs[index].cancelledAfter != nil {
                hasShrunk = attempt { $0.jobs[index].cancelledAfter = nil } || hasShrunk
            }
        }
    }

    private mutating func attempt(_ change: (inout Scenario) -> Void) -> Bool {
        var candidate = smallest
        change(&candidate)
        let simulation = Simulation(candidate)
        simulation.run()
        guard simulation.violation?.promise == promise else { return false }
        smallest = candidate
        return true
    }
}
