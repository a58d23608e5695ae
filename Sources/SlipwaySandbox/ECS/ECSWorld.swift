import Foundation

/// The simulated clusters: what agent tasks there are, how far each is, and what happens to it next.
///
/// Decides only. What containers do is told to it (``containerExited(_:code:reason:now:)``), what they shall do comes
/// out as actions.
struct ECSWorld: SimulatedWorld {
    enum Action: Sendable {
        case start(ContainerLaunch)
        /// SIGTERM.
        case terminate(taskARN: String)
        /// SIGKILL.
        case kill(taskARN: String)
    }

    enum Event: Sendable {
        case pull(String)
        case pulled(String)
        case start(String)
        case signal(String)
        case kill(String)
        case release(String)
        case forget(String)
    }

    /// What one `clientToken` in one cluster led to.
    struct Claim: Sendable {
        let input: RunTaskInput
        let taskIDs: [String]
        let failures: [Failure]
        let madeAt: Date
    }

    let configuration: SandboxConfiguration.ECS
    let timing: SandboxConfiguration.Timing
    let scale: TimeScale
    /// Without containers an agent task ends when it is told to.
    let runsContainers: Bool
    var throttle: RequestThrottle
    var generator: SeededGenerator

    var tasks: [String: AgentTask] = [:]
    /// Ids by the order of their creation; forgotten ones are skipped.
    var order: [String] = []
    var nextOrdinal = 0
    var claims: [String: [String: Claim]] = [:]
    var definitions: [String: [TaskDefinition]] = [:]
    var agenda = Agenda<Event>()
    private var actions: [Action] = []

    init(_ configuration: SandboxConfiguration, scale: TimeScale, now: Date) {
        self.configuration = configuration.ecs
        self.timing = configuration.timing
        self.scale = scale
        runsContainers = configuration.simulatesContainers
        throttle = RequestThrottle(limits: configuration.ecs.limits, now: now, scale: scale)
        generator = SeededGenerator(seed: configuration.seed ^ 0xEC5)
    }

    var nextDue: Date? { agenda.nextDue }

    mutating func run(until now: Date) {
        while let (due, event) = agenda.popDue(until: now) { happen(event, at: due) }
    }

    mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    mutating func emit(_ action: Action) {
        actions.append(action)
    }

    // MARK: Names

    var arnPrefix: String { "arn:aws:ecs:\(configuration.region):\(configuration.accountID):" }

    func clusterARN(_ name: String) -> String { "\(arnPrefix)cluster/\(name)" }

    /// Short name of a cluster given by name or ARN; `default` when none is given.
    func cluster(named name: String?) throws(ECSError) -> String {
        let given = name ?? "default"
        let short = given.hasPrefix(arnPrefix + "cluster/") ? String(given.dropFirst(arnPrefix.count + 8)) : given
        guard configuration.clusters.contains(short) else { throw .clusterNotFound }
        return short
    }

    /// The task of an id or ARN in a cluster.
    func task(_ reference: String, in cluster: String) -> AgentTask? {
        let id = reference.split(separator: "/").last.map(String.init) ?? reference
        guard let task = tasks[id], task.cluster == cluster, reference == id || reference == task.arn else {
            return nil
        }
        return task
    }
}
