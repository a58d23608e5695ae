/// What RunTask did. `tasks.count + failures.count` is the count asked for; both can be there at once.
public struct RunTaskResult: Sendable, Hashable, Decodable {
    public var tasks: [ECSTask]
    public var failures: [ECSFailure]

    public init(tasks: [ECSTask], failures: [ECSFailure]) {
        self.tasks = tasks
        self.failures = failures
    }

    enum CodingKeys: String, CodingKey { case tasks, failures }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.tasks = try container.list(.tasks)
        self.failures = try container.list(.failures)
    }
}

public struct DescribeTasksResult: Sendable, Hashable, Decodable {
    public var tasks: [ECSTask]
    public var failures: [ECSFailure]

    public init(tasks: [ECSTask], failures: [ECSFailure]) {
        self.tasks = tasks
        self.failures = failures
    }

    enum CodingKeys: String, CodingKey { case tasks, failures }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.tasks = try container.list(.tasks)
        self.failures = try container.list(.failures)
    }
}

public struct DescribeClustersResult: Sendable, Hashable, Decodable {
    public var clusters: [ECSCluster]
    public var failures: [ECSFailure]

    enum CodingKeys: String, CodingKey { case clusters, failures }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.clusters = try container.list(.clusters)
        self.failures = try container.list(.failures)
    }
}

public struct ECSCluster: Sendable, Hashable, Decodable {
    public var clusterARN: String
    public var clusterName: String?
    /// `ACTIVE` is the one that takes tasks.
    public var status: String?
    public var runningTasksCount: Int?
    public var pendingTasksCount: Int?
    public var capacityProviders: [String]
    public var defaultCapacityProviderStrategy: [CapacityProviderStrategyItem]

    public var isActive: Bool { self.status == "ACTIVE" }

    enum CodingKeys: String, CodingKey {
        case clusterARN = "clusterArn"
        case clusterName, status, runningTasksCount, pendingTasksCount, capacityProviders
        case defaultCapacityProviderStrategy
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.clusterARN = try container.decode(String.self, forKey: .clusterARN)
        self.clusterName = try container.decodeIfPresent(String.self, forKey: .clusterName)
        self.status = try container.decodeIfPresent(String.self, forKey: .status)
        self.runningTasksCount = try container.lenientInt(.runningTasksCount)
        self.pendingTasksCount = try container.lenientInt(.pendingTasksCount)
        self.capacityProviders = try container.list(.capacityProviders)
        self.defaultCapacityProviderStrategy = try container.list(.defaultCapacityProviderStrategy)
    }
}

/// What ListTasks selects by. ECS does not combine `startedBy` with anything but the cluster.
public enum ListTasksFilter: Sendable, Hashable {
    /// By who started them. Which states are listed is not documented; take it as not the stopped ones.
    case startedBy(String)
    /// By family of the task definition, nil for all. `running` includes tasks that are still being provisioned.
    case family(String?, desiredStatus: ECSTaskStatus = .running)
}

public struct ListTasksPage: Sendable, Hashable, Decodable {
    public var taskARNs: [String]
    /// Nil on the last page.
    public var nextToken: String?

    init(taskARNs: [String], nextToken: String?) {
        self.taskARNs = taskARNs
        self.nextToken = nextToken
    }

    enum CodingKeys: String, CodingKey {
        case taskARNs = "taskArns"
        case nextToken
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.taskARNs = try container.list(.taskARNs)
        self.nextToken = try container.decodeIfPresent(String.self, forKey: .nextToken)
    }
}

struct ListTasksInput: Encodable {
    var cluster: String
    var filter: ListTasksFilter
    var maxResults: Int
    var nextToken: String?

    enum CodingKeys: String, CodingKey { case cluster, startedBy, family, desiredStatus, maxResults, nextToken }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.cluster, forKey: .cluster)
        switch self.filter {
        case .startedBy(let starter):
            try container.encode(starter, forKey: .startedBy)
        case .family(let family, let desiredStatus):
            try container.encodeIfPresent(family, forKey: .family)
            try container.encode(desiredStatus, forKey: .desiredStatus)
        }
        try container.encode(self.maxResults, forKey: .maxResults)
        try container.encodeIfPresent(self.nextToken, forKey: .nextToken)
    }
}
