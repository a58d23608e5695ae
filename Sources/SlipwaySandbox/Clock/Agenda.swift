import Foundation

/// Events with a due date, taken in order of date, then of entry. A binary heap.
struct Agenda<Event: Sendable>: Sendable {
    private struct Entry: Sendable {
        let due: Date
        let sequence: Int
        let event: Event

        func precedes(_ other: Entry) -> Bool {
            due == other.due ? sequence < other.sequence : due < other.due
        }
    }

    private var heap: [Entry] = []
    private var nextSequence = 0

    var nextDue: Date? { heap.first?.due }

    mutating func add(_ event: Event, at due: Date) {
        heap.append(Entry(due: due, sequence: nextSequence, event: event))
        nextSequence += 1
        siftUp(from: heap.count - 1)
    }

    mutating func popDue(until date: Date) -> (due: Date, event: Event)? {
        guard let first = heap.first, first.due <= date else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown(from: 0)
        }
        return (first.due, first.event)
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].precedes(heap[least])
            {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
