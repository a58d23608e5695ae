internal import SlipwayCore

/// The planned launches in the order in which they start: the oldest first, of one instant by id.
struct StartOrder {
    private struct Place: Comparable {
        var createdAt: Timestamp
        var id: LaunchID

        init(_ launch: Launch) {
            createdAt = launch.createdAt
            id = launch.id
        }

        static func < (left: Place, right: Place) -> Bool { (left.createdAt, left.id) < (right.createdAt, right.id) }
    }

    private var places: [Place] = []
    /// Those before it have left: nearly always the first leaves, and the rest need not be moved up each time.
    private var first = 0

    init() {}

    init(_ launches: some Sequence<Launch>) {
        places = launches.lazy.filter { $0.state == .planned }.map(Place.init).sorted()
    }

    /// The launches' ids, in their order.
    var ids: some Sequence<LaunchID> { places[first...].lazy.map(\.id) }

    /// A launch was made or has changed, or is no longer open.
    mutating func note(_ launch: Launch, wasPlanned: Bool) {
        let isPlanned = launch.state == .planned
        guard isPlanned != wasPlanned else { return }
        let place = Place(launch)
        let index = firstIndex(notBefore: place)
        if isPlanned {
            places.insert(place, at: index)
        } else if index < places.count, places[index] == place {
            remove(at: index)
        }
    }

    private mutating func remove(at index: Int) {
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
