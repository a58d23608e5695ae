/// One thing wrong with a configuration: where it stands, what was found, and how to mend it. One line, no secret.
struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// File and line (`slipway.yaml:12`) or environment variable; nil where there is neither.
    var place: String?
    /// The key as a person writes it: `pools[0].profiles[1].cpu`. Empty when the whole file is meant.
    var key: String
    /// What is wrong, as a clause without a full stop.
    var found: String
    /// What to do, as an imperative clause.
    var mend: String

    init(place: String? = nil, key: String = "", found: String, mend: String) {
        self.place = place.map { harmless($0) }
        self.key = harmless(key)
        self.found = harmless(found)
        self.mend = harmless(mend)
    }

    var description: String {
        let parts = [place, key.isEmpty ? nil : key, "\(found); \(mend)"]
        return parts.compactMap { $0 }.joined(separator: ": ")
    }
}

/// Everything wrong with a configuration. Never empty.
struct ConfigurationErrors: Error, Hashable, Sendable, CustomStringConvertible {
    var errors: [ConfigurationError]

    init(_ errors: [ConfigurationError]) { self.errors = errors }
    init(_ error: ConfigurationError) { errors = [error] }

    /// One error a line, in the order of the file.
    var description: String { errors.map(\.description).joined(separator: "\n") }
}
