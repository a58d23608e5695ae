/// A job that an agent of ours ran, as the launches tell it: what a replay is made of.
public struct RecordedJob: Hashable, Sendable {
    public var request: JobRequestID
    public var profile: String
    public var project: String?
    /// When the service queued it; where that was not recorded, when its first launch was decided on.
    public var arrivedAt: Timestamp
    /// When an agent was seen to have it.
    public var takenAt: Timestamp
    public var milliseconds: Int64

    public init(
        request: JobRequestID, profile: String, project: String? = nil, arrivedAt: Timestamp, takenAt: Timestamp,
        milliseconds: Int64
    ) {
        self.request = request
        self.profile = profile
        self.project = project
        self.arrivedAt = arrivedAt
        self.takenAt = takenAt
        self.milliseconds = milliseconds
    }
}
