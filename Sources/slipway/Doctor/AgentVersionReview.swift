internal import SlipwayCore

/// Holds the versions that Slipway's agents in a pool report against what waiting jobs demand, and what the organization
/// offers. Pure.
struct AgentVersionReview {
    /// Of Slipway's own agents that are registered now.
    var registered: [String]
    /// The newest that the organization offers; nil: it didn't tell.
    var offered: String?
    /// What unfinished job requests demand of `Agent.Version`.
    var demanded: [String]

    /// Behind the newest major version by this many the agents are called old. Azure DevOps tells of no version that it
    /// stops serving, but demands of its own rise with each.
    static let majorsBehindMaximum = 1

    var findings: [Finding] {
        let offer = offered.map { "; the organization offers \($0)" } ?? ""
        let mend = "build the image with a newer agent: deploy/agent/README.md"
        guard let oldest = registered.compactMap(AgentVersion.init).min() else {
            return [.ok("no agent of Slipway's is registered now, so none tells its version\(offer)")]
        }
        var findings: [Finding] = []
        if let wanted = demanded.compactMap(AgentVersion.init).max(), oldest < wanted {
            findings.append(
                .failed("an agent reports version \(oldest), and a waiting job demands \(wanted)", mend: mend))
        }
        if let newest = offered.flatMap(AgentVersion.init), newest.major - oldest.major >= Self.majorsBehindMaximum {
            findings.append(
                .warning("an agent reports version \(oldest)\(offer): it is of an older major version", mend: mend))
        }
        return findings.isEmpty ? [.ok("agents report version \(oldest) or newer\(offer)")] : findings
    }
}

/// `4.272.0`: numbers with dots between, compared from the left.
struct AgentVersion: Hashable, Comparable, CustomStringConvertible {
    private var parts: [Int]

    /// Nil for what is no version, such as one that an agent hasn't told.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt16($0).map(Int.init) }
        guard numbers.count == parts.count, (1...4).contains(numbers.count) else { return nil }
        self.parts = numbers
    }

    var major: Int { parts[0] }
    var description: String { parts.map(String.init).joined(separator: ".") }

    static func < (left: Self, right: Self) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
}
