/// The order in which what waits is served: by priority; of equal priority the project's turn that has the fewest agents; of
/// one project the oldest. So under a limit no project starves another, whoever queued first.
struct ProjectQueue {
    struct Item {
        var profile: String
        var want: Want
    }

    /// By priority, the highest last; in each by project, the oldest last.
    private var levels: [[(project: String?, items: [Item])]]

    init(_ items: [Item]) {
        let byPriority = Dictionary(grouping: items, by: \.want.priority)
        levels = byPriority.sorted { $0.key < $1.key }.map { _, items in
            Dictionary(grouping: items, by: \.want.origin.projectID)
                .map { (project: $0.key, items: $0.value.sorted { $1.want.isOlder(than: $0.want) }) }
                // A dictionary has no order of its own, and the plan must not depend on chance.
                .sorted { ($0.project ?? "") < ($1.project ?? "") }
        }
    }

    /// Takes the next, given the agents that each project has by now.
    mutating func next(_ agents: [String?: Int]) -> Item? {
        guard var level = levels.popLast() else { return nil }
        let place = level.indices.min { left, right in
            let (one, two) = (agents[level[left].project, default: 0], agents[level[right].project, default: 0])
            guard one == two, let older = level[left].items.last, let younger = level[right].items.last else {
                return one < two
            }
            return older.want.isOlder(than: younger.want)
        }
        guard let place, let item = level[place].items.popLast() else { return next(agents) }
        if level[place].items.isEmpty { level.remove(at: place) }
        if !level.isEmpty { levels.append(level) }
        return item
    }
}
