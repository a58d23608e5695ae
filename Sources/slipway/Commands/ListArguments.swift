internal import ArgumentParser
internal import SlipwayCore
internal import SlipwaySQLite

/// What the commands that list ask of their arguments.
enum ListArguments {
    /// - Parameter what: what it is one of, in a word.
    static func require(_ text: String?, among known: [String], _ what: String) throws(ValidationError) {
        guard let text, !known.contains(text) else { return }
        // A guess that is far off would hide the others.
        let nearest = NearestName.of(text, among: known).flatMap { name in
            name.hasPrefix(text.lowercased()) || NearestName.distance(Array(text.lowercased()), Array(name)) <= 2
                ? "Write \(name). " : nil
        }
        throw ValidationError(
            "There is no \(what) “\(harmless(String(text.prefix(80))))”. \(nearest ?? "")"
                + "There are \(known.joined(separator: ", ")).")
    }

    static func requireDays(since: String?, until: String?) throws(ValidationError) {
        for day in [since, until] {
            if let day, Day(day) == nil { throw ValidationError("--since and --until take a day such as 2026-11-01.") }
        }
        if let since = since.flatMap(Day.init), let until = until.flatMap(Day.init), since.start >= until.start {
            throw ValidationError("--since must be before --until.")
        }
    }

    static func require(limit: Int) throws(ValidationError) {
        guard (1...StoreReader.maximumLimit).contains(limit) else {
            throw ValidationError("--limit takes a number from 1 to \(StoreReader.maximumLimit).")
        }
    }
}
