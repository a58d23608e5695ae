internal import SlipwayCore

/// The planned launches in the order in which they start: projects take turns, the one that has waited longest for its turn
/// first; of a project the oldest first, of one instant by job request.
///
/// A plan makes all its launches at one instant, and a thousand of one project must not go before the one of another that comes
/// a little later.
struct StartOrder {
    private struct Place: Comparable {
        var createdAt: Timestamp
        var request: Int64
        var id: LaunchID

        init(_ launch: Launch) {
            createdAt = launch.createdAt
            request = launch.request?.rawValue ?? 0
            id = launch.id
        }

        static func < (left: Place, right: Place) -> Bool {
            (left.createdAt, left.request, left.id) < (right.createdAt, right.request, right.id)
        }
    }

    /// Of one project.
    private struct Queue {
        private var places: [Place] = []
        /// Those before it have left: nearly always the first leaves, and the rest need not be moved up each time.
        private var first = 0
        /// Its latest turn; 0: it has had none since it last was empty.
        var turn = 0

        var isEmpty: Bool { first == places.count }
        var next: Place? { isEmpty ? nil : places[first] }
        var count: Int { places.count - first }

        subscript(index: Int) -> Place { places[first + index] }

        mutating func append(unsorted place: Place) { places.append(place) }
        mutating func sort() { places.sort() }

        mutating func insert(_ place: Place) { places.insert(place, at: firstIndex(notBefore: place)) }

        mutating func remove(_ place: Place) {
            let index = firstIndex(notBefore: place)
            guard index < places.count, places[index] == place else { return }
            guard index == first else {
                places.remove(at: index)
                return
            }
            first += 1
            if first > places.count / 2 {
                places.removeFirst(first)
                first = 0
            }
        }

        private func firstIndex(notBefore place: Place) -> Int {
            var (low, high) = (first, places.count)
            while low < high {
                let middle = (low + high) / 2
                if places[middle] < place { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// By project. One that is empty is not kept.
    private var queues: [String?: Queue] = [:]
    private var turns = 0

    init() {}

    init(_ launches: some Sequence<Launch>) {
        for launch in launches where launch.state == .planned {
            queues[launch.projectID, default: Queue()].append(unsorted: Place(launch))
        }
        for project in queues.keys { queues[project]?.sort() }
    }

    /// The launches' ids, in their order.
    var ids: some Sequence<LaunchID> {
        let order = queues.values.sorted { left, right in
            guard let mine = left.next, let other = right.next else { return !left.isEmpty }
            return (left.turn, mine) < (right.turn, other)
        }
        return (0..<(order.map(\.count).max() ?? 0)).lazy.flatMap { round in
            order.lazy.filter { round < $0.count }.map { $0[round].id }
        }
    }

    /// A launch was made or has changed, or is no longer open.
    mutating func note(_ launch: Launch, wasPlanned: Bool) {
        let isPlanned = launch.state == .planned
        guard isPlanned != wasPlanned else { return }
        let project = launch.projectID
        if isPlanned {
            queues[project, default: Queue()].insert(Place(launch))
            return
        }
        queues[project]?.remove(Place(launch))
        if case .starting = launch.state {
            turns += 1
            queues[project]?.turn = turns
        }
        if queues[project]?.isEmpty == true { queues[project] = nil }
    }
}
