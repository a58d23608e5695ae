internal import SlipwayCore

extension Launch {
    /// A closed launch is shown by how it ended.
    var shownState: String {
        if case .closed(let outcome) = state { outcome.kind.rawValue } else { state.name }
    }

    /// What a person who waits wants to know: how it ended, else what went wrong last, else why it is there.
    var shownReason: String { outcome?.reason ?? lastProblem ?? reason }
}

extension JobOrigin {
    /// Pipeline, run and job in one line.
    var shown: String { [pipelineName, runName, jobName].compactMap { $0 }.joined(separator: " · ") }
}

extension [PoolID: String] {
    func name(of pool: PoolID) -> String { self[pool] ?? "pool \(pool)" }
}

extension LaunchStage {
    var shown: String {
        switch self {
        case .starting: "Starting"
        case .registering: "Registering"
        case .waitingForJob: "Waiting for a job"
        case .running: "Running the job"
        case .cleaning: "Cleaning up"
        }
    }
}

extension LedgerFacts.Fact {
    var shown: String {
        switch self {
        case .text(let text): text
        case .integer(let integer): String(integer)
        case .flag(let flag): flag ? "yes" : "no"
        }
    }
}

/// A name and what is said under it.
struct ShownFact: Sendable {
    var name: String
    var value: String
    /// Where it leads, percent-encoded; nil: nowhere.
    var href: String?
    /// Stored: the templates find no computed properties.
    var isLink: Bool

    init(_ name: String, _ value: String, href: String? = nil) {
        self.name = name
        self.value = value
        self.href = href
        isLink = href != nil
    }

    static func of(_ facts: [String: LedgerFacts.Fact]) -> [ShownFact] {
        facts.sorted { $0.key < $1.key }.map { ShownFact($0.key, $0.value.shown) }
    }
}
