internal import SlipwayCore

/// The planned launches in the order in which they start: projects take turns, the one that has waited longest for its turn
/// first; of a project the oldest first, of one instant by job request. Those that are to be kept warm come after all others.
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
        private var places: [Place]
        /// Those before it have left: nearly always the first leaves, and the rest need not be moved up each time.
        private var first = 0
        /// Its latest turn. Of one that was empty the one before everybody's latest: it is neither first for ever, nor last.
        var turn: Int

        init(_ places: [Place] = [], turn: Int) {
            self.places = places.sorted()
            self.turn = turn
        }

        var isEmpty: Bool { first == places.count }
        var count: Int { places.count - first }

        subscript(index: Int) -> Place { places[first + index] }

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

    private struct Owner: Hashable {
        var project: String?
        var isWarm: Bool

        init(_ launch: Launch) {
            project = launch.projectID
            isWarm = launch.isWarm == true
        }
    }

    /// One that is empty is not kept.
    private var queues: [Owner: Queue] = [:]
    private var turns = 0

    init() {}

    init(_ launches: some Sequence<Launch>) {
        queues = Dictionary(grouping: launches.lazy.filter { $0.state == .planned }, by: Owner.init)
            .mapValues { Queue($0.map(Place.init), turn: 0) }
    }

    /// The launches' ids, in their order.
    var ids: some Sequence<LaunchID> {
        let (warm, others) = (inTurns { $0.isWarm }, inTurns { !$0.isWarm })
        return [others, warm].lazy.flatMap { order in
            (0..<(order.map(\.count).max() ?? 0)).lazy.flatMap { round in
                order.lazy.filter { round < $0.count }.map { $0[round].id }
            }
        }
    }

    private func inTurns(_ isMeant: (Owner) -> Bool) -> [Queue] {
        queues.filter { isMeant($0.key) }.values.sorted { ($0.turn, $0[0]) < ($1.turn, $1[0]) }
    }

    /// A launch was made or has changed, or is no longer open.
    mutating func note(_ launch: Launch, wasPlanned: Bool) {
        let isPlanned = launch.state == .planned
        guard isPlanned != wasPlanned else { return }
        let owner = Owner(launch)
        if isPlanned {
            queues[owner, default: Queue(turn: max(0, turns - 1))].insert(Place(launch))
            return
        }
        queues[owner]?.remove(Place(launch))
        if case .starting = launch.state {
            turns += 1
            queues[owner]?.turn = turns
        }
        if queues[owner]?.isEmpty == true { queues[owner] = nil }
    }
}
