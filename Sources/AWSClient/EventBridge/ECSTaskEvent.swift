/// What an EventBridge event says of a task: "ECS Task State Change".
public struct ECSTaskEvent: Sendable, Hashable {
    /// The same in every delivery of the event.
    public var id: String?
    public var account: String?
    public var region: String?
    /// The task as it was then. Events come in any order and more than once: `version` tells which is newer.
    public var task: ECSTask
}
