/// Places in a recording's jobs, in the order in which they came.
struct WaitingJobs {
    private var places: [Int] = []
    private var first = 0

    var isEmpty: Bool { first == places.count }
    var count: Int { places.count - first }
    var all: ArraySlice<Int> { places[first...] }

    mutating func append(_ place: Int) { places.append(place) }

    mutating func popFirst() -> Int? {
        guard !isEmpty else { return nil }
        defer {
            first += 1
            if first > 1_000, first * 2 > places.count {
                places.removeFirst(first)
                first = 0
            }
        }
        return places[first]
    }
}
