/// Finds the known name that an unknown one was probably meant to be.
enum NearestName {
    /// The candidate that alone begins so, else the one at the smallest edit distance, if that is small for a name of
    /// this length.
    static func of(_ name: String, among candidates: [String]) -> String? {
        let longer = candidates.filter { name.count >= 3 && $0.lowercased().hasPrefix(name.lowercased()) }
        if let only = longer.first, longer.count == 1 { return only }
        let name = Array(name.prefix(64).lowercased())
        let ranked = candidates.map { (candidate: $0, distance: distance(name, Array($0.lowercased()))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(2, name.count / 2) else {
            return nil
        }
        return best.candidate
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (character == other ? 0 : 1))
                if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
