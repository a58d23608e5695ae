/// The order in which what waits is served: by priority; of equal priority the project's turn that has the fewest agents; of
/// one project the oldest. So under a limit no project starves another, whoever queued first.
struct ProjectQueue {
    struct Item {
        var profile: String
        var want: Want
    }

    /// A project's place in the order.
    private struct Turn {
        var project: String?
        /// The oldest last.
        var items: [Item]
        var agents = 0

        func precedes(_ other: Turn) -> Bool {
            let (one, two) = (agents, other.agents)
            guard one == two, let older = items.last, let younger = other.items.last else { return one < two }
            return older.want.isOlder(than: younger.want)
        }
    }

    /// By priority, the highest last.
    private var levels: [[Turn]]
    /// Of the present priority, the next last.
    private var turns: [Turn] = []
    /// Who was served last: the one whose agents may have become more since, and not in `turns`.
    private var served: Turn?

    init(_ items: [Item]) {
        let byPriority = Dictionary(grouping: items, by: \.want.priority)
        levels = byPriority.sorted { $0.key < $1.key }.map { _, items in
            Dictionary(grouping: items, by: \.want.origin.projectID)
                .map { Turn(project: $0.key, items: $0.value.sorted { $1.want.isOlder(than: $0.want) }) }
        }
    }

    /// Takes the next, given the agents that each project has by now: of projects, only that of the item before may have
    /// more than it had then.
    mutating func next(_ agents: [String?: Int]) -> Item? {
        if let turn = served, !turn.items.isEmpty { insert(turn, agents) }
        served = nil
        if turns.isEmpty {
            guard var level = levels.popLast() else { return nil }
            for place in level.indices { level[place].agents = agents[level[place].project, default: 0] }
            turns = level.sorted { $1.precedes($0) }
        }
        served = turns.popLast()
        return served?.items.popLast()
    }

    private mutating func insert(_ turn: Turn, _ agents: [String?: Int]) {
        var turn = turn
        turn.agents = agents[turn.project, default: 0]
        var (low, high) = (0, turns.count)
        while low < high {
            let middle = (low + high) / 2
            if turns[middle].precedes(turn) { high = middle } else { low = middle + 1 }
        }
        turns.insert(turn, at: low)
    }
}
