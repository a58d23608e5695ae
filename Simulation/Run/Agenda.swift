/// What will happen, by time; what falls on the same millisecond happens in an order that the dice chose.
struct Agenda {
    struct Entry {
        var at: Int64
        var order: UInt64
        var body: () -> Void
    }

    private var heap: [Entry] = []

    mutating func add(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> Entry? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (one, two) = (heap[left], heap[right])
        return one.at == two.at ? one.order < two.order : one.at < two.at
    }
}
