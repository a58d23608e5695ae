/// An entry of `failures[]`: something asked for that ECS did not do, although the call succeeded.
public struct ECSFailure: Sendable, Hashable, Decodable {
    /// Often absent on Fargate.
    public var arn: String?
    public var reason: String?
    public var detail: String?

    public init(arn: String? = nil, reason: String?, detail: String? = nil) {
        self.arn = arn
        self.reason = reason
        self.detail = detail
    }

    /// DescribeTasks and DescribeClusters: ECS does not know it, no longer or not yet.
    public var isMissing: Bool { self.reason == "MISSING" }
}

extension ECSFailure {
    /// Why RunTask placed nothing, by what helps. A new try needs a new client token in every case: ECS answers a
    /// repeated token with the old failures.
    public enum Placement: String, Sendable, Hashable, CaseIterable {
        /// Nothing free there now: later, elsewhere, or another size.
        case capacity
        /// The account's vCPU quota is used up: much later, or after AWS raised it.
        case quota
        /// The request can't be placed as it is; somebody must change it.
        case configuration
        /// The container agent of the chosen instance is disconnected: try again.
        case agent
        /// Not known to us: try again a bounded number of times.
        case unknown
    }

    /// Classifies `reason`, and `detail` with it, by substrings, since AWS rewords the rest.
    public var placement: Placement {
        let text = [self.reason, self.detail].compactMap { $0 }.joined(separator: " ").lowercased()
        for (part, placement) in Self.placements where text.contains(part) {
            return placement
        }
        // Bare words that sentences hold too ("the agent can't …", "allocation"): only in capitals, as ECS writes them.
        let words = (self.reason ?? "").split { !$0.isLetter }
        return words.lazy.compactMap { Self.words[String($0)] }.first ?? .unknown
    }

    /// One sentence for a person: what it means, then ECS's own words.
    public var sentence: String {
        let meaning: String
        switch self.placement {
        case .capacity: meaning = "ECS has no capacity for this agent task at the moment"
        case .quota: meaning = "the account's quota of concurrent vCPUs is used up"
        case .configuration: meaning = "ECS can't place the agent task as it is configured"
        case .agent: meaning = "the container instance that ECS chose is disconnected"
        case .unknown: meaning = "ECS did not start the agent task"
        }
        let words = [self.reason, self.detail].compactMap { $0 }.joined(separator: ": ")
        return words.isEmpty ? meaning : "\(meaning) (\(AWSError.cleaned(words, charactersMaximum: 300)))"
    }

    private static let placements: [(part: String, placement: Placement)] = [
        ("limit on the number of vcpus", .quota),
        ("limit on the number of tasks", .quota),
        ("capacity is unavailable at this time", .capacity),
        ("resource:", .capacity),
        ("empty capacity provider", .capacity),
        ("no active instances", .capacity),
        ("memberof placement constraint unsatisfied", .configuration),
    ]

    private static let words: [String: Placement] = [
        "AGENT": .agent, "ATTRIBUTE": .configuration, "LOCATION": .configuration, "INACTIVE": .configuration,
        "MISSING": .configuration,
    ]
}
