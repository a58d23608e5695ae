/// The name of something a fault can befall: an ECS operation, a call of the Azure DevOps REST API, or the posting of a
/// hook.
///
/// ECS operations carry their wire names, so `"RunTask"` and ``runTask`` are the same.
public struct SandboxOperation: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let description: String

    public init(_ name: String) {
        description = name
    }

    public init(stringLiteral value: String) {
        description = value
    }
}

extension SandboxOperation {
    public static let runTask: Self = "RunTask"
    public static let describeTasks: Self = "DescribeTasks"
    public static let stopTask: Self = "StopTask"
    public static let listTasks: Self = "ListTasks"
    public static let describeTaskDefinition: Self = "DescribeTaskDefinition"
    public static let registerTaskDefinition: Self = "RegisterTaskDefinition"
    public static let describeClusters: Self = "DescribeClusters"
    public static let listClusters: Self = "ListClusters"
    public static let listTaskDefinitionFamilies: Self = "ListTaskDefinitionFamilies"
}

extension SandboxOperation {
    public static let connectionData: Self = "connectionData"
    public static let listProjects: Self = "projects.list"
    public static let getProject: Self = "projects.get"
    public static let listPools: Self = "pools.list"
    public static let getPool: Self = "pools.get"
    public static let listQueues: Self = "queues.list"
    public static let getQueue: Self = "queues.get"
    public static let getResourceUsage: Self = "resourceusage.get"
    public static let listAgentPackages: Self = "packages.list"
    public static let listAgents: Self = "agents.list"
    public static let getAgent: Self = "agents.get"
    public static let addAgent: Self = "agents.add"
    public static let updateAgent: Self = "agents.update"
    public static let replaceAgent: Self = "agents.replace"
    public static let deleteAgent: Self = "agents.delete"
    /// An agent signs in with its key.
    public static let signInAgent: Self = "oauth2.token"
    public static let createSession: Self = "sessions.create"
    public static let deleteSession: Self = "sessions.delete"
    public static let getMessage: Self = "messages.get"
    public static let deleteMessage: Self = "messages.delete"
    public static let listJobRequests: Self = "jobrequests.list"
    public static let getJobRequest: Self = "jobrequests.get"
    public static let renewJobRequest: Self = "jobrequests.renew"
    public static let postPlanEvent: Self = "plans.events"
    public static let listBuilds: Self = "builds.list"
    public static let getBuild: Self = "builds.get"
    public static let updateBuild: Self = "builds.update"
    public static let updateStage: Self = "builds.stages.update"
    public static let buildTags: Self = "builds.tags"
    public static let getTimeline: Self = "builds.timeline"
    public static let getPlanTimeline: Self = "plans.timeline"
    public static let updateTimelineRecords: Self = "plans.records"
    public static let appendFeed: Self = "plans.feed"
    public static let createLog: Self = "plans.logs.create"
    public static let appendLog: Self = "plans.logs.append"
    public static let listSubscriptions: Self = "subscriptions.list"
    public static let getSubscription: Self = "subscriptions.get"
    public static let createSubscription: Self = "subscriptions.create"
    public static let replaceSubscription: Self = "subscriptions.replace"
    public static let deleteSubscription: Self = "subscriptions.delete"
    public static let listNotifications: Self = "notifications.list"
    public static let testNotification: Self = "notifications.test"
}

extension SandboxOperation {
    /// The first posting of a notification to a subscriber. The subject is `eventType state`, for example
    /// `ms.vss-pipelines.job-state-changed-event waiting`.
    public static let hook: Self = "hook"
    /// A call of the endpoint of a server task or a gate. The subject is the name of its definition, `Execute` or
    /// `Cancel`, and the job or stage, for example `SlipwayAgent Execute ask_small`.
    public static let serverTask: Self = "servertask"
}
