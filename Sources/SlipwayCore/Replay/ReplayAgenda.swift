/// What is to happen in a replay, the earliest first; at one instant, what was added first. A binary heap.
struct ReplayAgenda<Event> {
    private struct Item {
        var at: Timestamp
        var number: Int
        var event: Event
    }

    private var items: [Item] = []
    private var added = 0

    mutating func add(_ event: Event, at instant: Timestamp) {
        added += 1
        items.append(Item(at: instant, number: added, event: event))
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> (at: Timestamp, event: Event)? {
        guard let first = items.first else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < items.count else { break }
            let child = left + 1 < items.count && isBefore(left + 1, left) ? left + 1 : left
            guard isBefore(child, parent) else { break }
            items.swapAt(child, parent)
            parent = child
        }
        return (first.at, first.event)
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (items[left].at, items[left].number) < (items[right].at, items[right].number)
    }
}
