internal import SlipwayCore

/// What of a loop's failures is worth a line in the log: the first of a kind, and the end of all. Pure.
struct FailureChange {
    private var known: [String: String] = [:]

    /// Answers whether this failure is news of that place.
    mutating func failed(_ place: String, _ error: any Error) -> Bool {
        let kind = Self.kind(of: error)
        defer { known[place] = kind }
        return known[place] != kind
    }

    /// Answers whether that place had failed before.
    mutating func succeeded(_ place: String) -> Bool { known.removeValue(forKey: place) != nil }

    /// The code and not the text, which may name something else each time.
    private static func kind(of error: any Error) -> String {
        switch error {
        case let error as PortError: error.code.rawValue
        case let error as StoreError: "store.\(error.code.rawValue)"
        default: "\(type(of: error))"
        }
    }
}
