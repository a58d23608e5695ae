internal import AWSClient

/// What could be looked up.
struct InitFacts: Sendable {
    var pools: [String]?
    var region: String?
    var clusters: [String]?
    var cluster: ECSCluster?
    var families: [String]?
    var definition: TaskDefinition?
    var network: InitNetwork?
    /// The queue of task state changes.
    var eventQueueURL: String?
    /// One for each service that was asked, or could not be.
    var looks: [CheckResult] = []

    /// The one pool that can be meant. Each organization has the pool `Default`: beside others it is not.
    static func pools(_ names: [String]) -> [String] {
        let others = names.filter { $0 != "Default" }
        return others.isEmpty ? names : others
    }
}
